import type { Instant } from '../../platform/clock.js';
import { parseJsonColumn } from '../../platform/database/json-column.js';

/** Requirements of a type for its volumes and their backend. As in Cinder, a value may be null. */
export type ExtraSpecs = Readonly<Record<string, string | null>>;

/** A volume type as a plain value, used everywhere outside the repository. */
export interface VolumeType {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** True if callers who are not admins can see and use it. */
  readonly isPublic: boolean;
  readonly extraSpecs: ExtraSpecs;
  readonly createdAt: Instant;
  readonly updatedAt: Instant | null;
}

/** The columns of {@link StoredVolumeType}. */
export const VOLUME_TYPE_COLUMNS = 'id, name, description, is_public, extra_specs, created_at, updated_at';

/** A row as returned by the database. */
export interface StoredVolumeType {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly is_public: boolean | number;
  readonly extra_specs: string;
  readonly created_at: Instant;
  readonly updated_at: Instant | null;
}

/** Converts a stored row. */
export function volumeType(stored: StoredVolumeType): VolumeType {
  return {
    id: stored.id,
    name: stored.name,
    description: stored.description,
    isPublic: Boolean(stored.is_public),
    extraSpecs: parseJsonColumn(stored.extra_specs) as ExtraSpecs,
    createdAt: stored.created_at,
    updatedAt: stored.updated_at,
  };
}

import type { Instant } from '../common/clock.js';
import { parseJsonColumn } from '../database/json-column.js';

/** What a type asks of the volumes made with it, and of the backend that holds them. Cinder lets a value be null. */
export type ExtraSpecs = Readonly<Record<string, string | null>>;

/** A volume type: a plain value, as everything outside the repository sees it. */
export interface VolumeType {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** Whether callers who are not admins can see and use it. */
  readonly isPublic: boolean;
  readonly extraSpecs: ExtraSpecs;
  readonly createdAt: Instant;
  readonly updatedAt: Instant | null;
}

/** The columns of {@link StoredVolumeType}. */
export const VOLUME_TYPE_COLUMNS = 'id, name, description, is_public, extra_specs, created_at, updated_at';

/** A row as the database gives it back. */
export interface StoredVolumeType {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly is_public: boolean | number;
  readonly extra_specs: string;
  readonly created_at: Instant;
  readonly updated_at: Instant | null;
}

/** The volume type that a row holds. */
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

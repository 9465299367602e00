import type { Instant } from '../../platform/clock.js';
import type { VolumeRow } from './volume-row.js';

/** A volume's metadata, as set by clients. */
export type Metadata = Readonly<Record<string, string>>;

/** An attachment as shown in its volume; only those that the host has confirmed. */
export interface ShownAttachment {
  readonly id: string;
  readonly instanceUuid: string | null;
  readonly attachedHost: string | null;
  readonly mountpoint: string | null;
  readonly attachTime: Instant | null;
}

/** A volume with all data that its view needs. */
export interface VolumeDetail extends VolumeRow {
  readonly typeName: string | null;
  readonly metadata: Metadata;
  readonly attachments: readonly ShownAttachment[];
}

import type { Instant } from '../common/clock.js';
import type { VolumeRow } from './volume-row.js';

/** A volume's metadata, as clients give it. */
export type Metadata = Readonly<Record<string, string>>;

/** An attachment as its volume shows it; only those that the host has confirmed. */
export interface ShownAttachment {
  readonly id: string;
  readonly instanceUuid: string | null;
  readonly attachedHost: string | null;
  readonly mountpoint: string | null;
  readonly attachTime: Instant | null;
}

/** A volume with all that its view needs. */
export interface VolumeDetail extends VolumeRow {
  readonly typeName: string | null;
  readonly metadata: Metadata;
  readonly attachments: readonly ShownAttachment[];
}

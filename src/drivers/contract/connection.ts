import type { JsonObject, JsonValue } from './json.js';

/** How a host may use a volume: read and write, or read only. */
export type AccessMode = 'rw' | 'ro';

/**
 * What a host says about itself, as os-brick's `get_connector_properties` collects it. Every key is
 * optional and comes unchecked from a client: a driver validates what it reads, in
 * {@link VolumeDriver.validateConnector}, and ignores keys that it does not know.
 */
export interface Connector {
  /** Host name of the client. */
  readonly host?: JsonValue;
  /** Address that the host uses for storage traffic. */
  readonly ip?: JsonValue;
  /** iSCSI qualified name of the host's initiator (RFC 7143 section 4.2.7). */
  readonly initiator?: JsonValue;
  /** Whether the host wants every portal of the target. Command-line clients send the text "False". */
  readonly multipath?: JsonValue;
  readonly [key: string]: JsonValue | undefined;
}

/** One attachment's claim on a volume, as far as a driver needs to know it. */
export interface Connection {
  readonly attachmentId: string;
  readonly connector: Connector;
  /** The access that was asked for; a driver that can enforce it makes `ro` read-only on the wire. */
  readonly mode: AccessMode;
}

/** A volume as the core hands it to a driver: a frozen value, never a database row. */
export interface VolumeRef {
  /** The volume's UUID; stable, unique, safe in file names and target names. */
  readonly id: string;
  /** Name for use on the backend: `volume-<id>`. */
  readonly name: string;
  /** Size in GiB (2^30 bytes). */
  readonly sizeGib: number;
  readonly projectId: string;
  /** What {@link VolumeDriver.createExport} last returned for this volume, or null when it is not exported. */
  readonly exportDetails: ExportDetails | null;
}

/**
 * What a driver wants to see again at each later call for the same volume, for instance the target name
 * and its CHAP credentials. The core stores it and never reads, logs or returns it.
 */
export type ExportDetails = JsonObject;

/** What a host needs to reach the volume: os-brick's input. */
export interface ConnectionInfo {
  /** The connector of os-brick to use: `iscsi`, `nfs`, `rbd`, `local`… */
  readonly driver_volume_type: string;
  /** The protocol's own keys, for instance `target_portal`, `target_iqn` and `target_lun` (an integer). */
  readonly data: JsonObject;
  /** Only remote file systems: the folder under which the host mounts shares. */
  readonly mount_point_base?: string;
}

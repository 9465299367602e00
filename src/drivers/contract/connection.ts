import type { JsonObject, JsonValue } from './json.js';

/** A host's access to a volume: read-write or read-only. */
export type AccessMode = 'rw' | 'ro';

/**
 * A host's description of itself, as collected by os-brick's `get_connector_properties`. Every key is optional
 * and comes unchecked from a client. A driver validates the keys it reads in
 * {@link VolumeDriver.validateConnector} and ignores unknown keys.
 */
export interface Connector {
  /** Host name of the client. */
  readonly host?: JsonValue;
  /** The host's address for storage traffic. */
  readonly ip?: JsonValue;
  /**
   * iSCSI qualified name of the host's initiator (RFC 7143 section 4.2.7). Names that differ only in case name the same
   * host.
   */
  readonly initiator?: JsonValue;
  /** Qualified name of the host in NVMe over Fabrics (NVMe Base 4.7). */
  readonly nqn?: JsonValue;
  /** True if the host wants every portal of the target. Command-line clients send the string "False". */
  readonly multipath?: JsonValue;
  readonly [key: string]: JsonValue | undefined;
}

/** An attachment of a volume to a host, reduced to what a driver needs. */
export interface Connection {
  readonly attachmentId: string;
  readonly connector: Connector;
  /** The requested access. With `ro`, a driver that can enforce it makes the backend reject writes. */
  readonly mode: AccessMode;
}

/** A volume as the core passes it to a driver: a frozen value, never a database row. */
export interface VolumeRef {
  /** The volume's UUID: stable, unique, and safe in file names and target names. */
  readonly id: string;
  /** Name for use on the backend: `volume-<id>`. */
  readonly name: string;
  /** Size in GiB (2^30 bytes). */
  readonly sizeGib: number;
  readonly projectId: string;
  /** The last result of {@link VolumeDriver.createExport} for this volume; null when it is not exported. */
  readonly exportDetails: ExportDetails | null;
}

/**
 * Data that a driver needs again in later calls for the same volume, such as the target name and its CHAP
 * credentials. The core stores it and passes it back, but never interprets, logs or shows it to clients.
 */
export type ExportDetails = JsonObject;

/** Data that a host needs to connect to the volume: the input of os-brick. */
export interface ConnectionInfo {
  /** The os-brick connector to use: `iscsi`, `nfs`, `rbd`, `local`… */
  readonly driver_volume_type: string;
  /**
   * The protocol's own keys, for instance `target_portal`, `target_iqn` and `target_lun` (an integer). For a SCSI or NVMe
   * disk, `wwn` is the identity that hosts read from it: derived from the volume's id, and the same for the volume's whole
   * life.
   */
  readonly data: JsonObject;
  /** For remote file systems only: the folder under which the host mounts shares. */
  readonly mount_point_base?: string;
}

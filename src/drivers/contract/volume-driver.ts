import type { Connection, ConnectionInfo, Connector, ExportDetails, VolumeRef } from './connection.js';
import type { ExportPage } from './export-page.js';

/** Context of a call that may reach the backend. */
export interface CallContext {
  /**
   * Aborts when the call times out or the server stops waiting. The driver then stops its work and rejects soon
   * after. The core keeps the volume locked until it does, for a bounded time.
   */
  readonly signal: AbortSignal;
  /**
   * Reports progress of a long operation and restarts the call's timeout. Passed only to `createVolume`, `deleteVolume`
   * and `extendVolume`, whose duration may grow with the volume's size. Call it when part of the work is done, never
   * just because time has passed.
   */
  readonly progress?: () => void;
  /** `req-<uuid>` of the client request that caused this call, for the driver's own logs. */
  readonly requestId: string;
}

/** Capacity of a backend in GiB; null if unknown. */
export interface BackendStats {
  readonly totalGib: number | null;
  readonly freeGib: number | null;
}

/** State of a volume and its export on the backend. */
export interface VolumeState {
  /** True if the volume itself exists. */
  readonly exists: boolean;
  /** True if the volume is exported. */
  readonly exported: boolean;
  /**
   * The admitted hosts, by initiator name, NQN or address according to the driver's `accessControl`. Null when the driver
   * cannot know, for instance without per-client access control.
   */
  readonly admitted: readonly string[] | null;
}

/** An export found on the backend, known to the core or not. */
export interface ExportState {
  readonly volumeId: string;
  readonly admitted: readonly string[] | null;
}

/** A driver's capabilities, used by the core and the conformance kit. */
export interface DriverCapabilities {
  /** Protocol as Cinder reports it: `iSCSI`, `nfs`, `ceph`… */
  readonly storageProtocol: string;
  /** True if several attachments may use a volume at the same time. */
  readonly multiattach: boolean;
  /** True if the backend itself rejects writes of connections in mode `ro`. */
  readonly readOnlyExports: boolean;
  /**
   * Identification of the host in an export: by iSCSI initiator name, by the host's NQN (NVMe over Fabrics), by address, or
   * none. They are the connector's keys `initiator`, `nqn` and `ip`.
   */
  readonly accessControl: 'initiator' | 'nqn' | 'address' | 'none';
  /** State in which a volume may be extended. Unless `none`, the driver has `extendVolume`. */
  readonly extend: 'none' | 'detached' | 'attached';
  /**
   * True if the driver can cut off a host without the host's cooperation and confirm that it did. The driver then has
   * `fenceConnection`. Absent means false.
   */
  readonly fence?: boolean;
  /**
   * True if volumes take up space only as it is written, so that together they may be larger than the backend. Absent
   * means false.
   */
  readonly thin?: boolean;
}

/**
 * A storage backend. The core creates and removes volumes, exports and connections only through this interface.
 *
 * Three rules hold for every method:
 * - **Idempotency.** Repeating a call has no further effect: what already exists is returned, what is already
 *   gone counts as removed. The core repeats calls after a crash or a lost answer.
 * - **Concurrency.** The core makes one call at a time per volume, and concurrent calls for different volumes.
 * - **Secrets.** Error messages reach clients and logs, so they must not contain credentials.
 *
 * Each method rejects with a `DriverError`; any other error counts as `INTERNAL`. A driver returns plain data and
 * keeps no state that it cannot recover after a restart.
 */
export interface VolumeDriver {
  /**
   * Prepares the backend, or rejects with a message that says what is missing and how to fix it. Resolves once, before
   * any other method is called. After `UNAVAILABLE` it is called again later; after any other rejection
   * the backend cannot be used until the server is started again.
   */
  setup?(): Promise<void>;

  /** Releases what `setup` acquired. Exports stay: hosts keep using them. */
  teardown?(): Promise<void>;

  /**
   * Creates the volume. It reads as zeros: data of earlier volumes must not be readable. An existing volume with this
   * id counts as created.
   * @throws `RESOURCE_EXHAUSTED` when there is no room for it.
   */
  createVolume(volume: VolumeRef, call: CallContext): Promise<void>;

  /** Removes the volume and its export, if any. A missing volume counts as removed. */
  deleteVolume(volume: VolumeRef, call: CallContext): Promise<void>;

  /**
   * Checks that the connector has everything the driver needs, before anything is done with it. Pure: no I/O, and
   * never `async`. It must throw synchronously, since a promise would reject after the core has moved on.
   * @throws `INVALID_CONNECTOR`, with the key in `field`.
   */
  validateConnector(connector: Connector): void;

  /**
   * Creates the volume's export (a target, a share entry) without admitting any host yet. An existing export is
   * returned unchanged, including its credentials. If there is none and `volume.exportDetails` is null, as after
   * `removeExport`, the new export gets fresh credentials, so that an earlier host's credentials no longer work.
   * @throws `NOT_FOUND` when the volume does not exist.
   */
  createExport(volume: VolumeRef, connection: Connection, call: CallContext): Promise<ExportDetails>;

  /**
   * Restores an export after a restart of the host or the target daemon: with the credentials in
   * `volume.exportDetails`, admitting the hosts of `connections`. An intact export stays as it is.
   * @throws `NOT_FOUND` when the volume does not exist.
   */
  ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    call: CallContext,
  ): Promise<ExportDetails>;

  /** Removes the export; afterwards no host can reach the volume. A missing export counts as removed. */
  removeExport(volume: VolumeRef, call: CallContext): Promise<void>;

  /**
   * Admits the connection's host to the export and returns what the host needs to connect.
   * Repeated for the same attachment, it returns the same information.
   * @param others the volume's other connections, which keep their access.
   * @throws `NOT_FOUND` when there is no export.
   */
  initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    others: readonly Connection[],
    call: CallContext,
  ): Promise<ConnectionInfo>;

  /**
   * Ends the host's access, unless a connection in `remaining` is from the same host and still needs it.
   * A missing connection counts as ended.
   * @param remaining the volume's connections that stay. When it is empty, the core removes the export next.
   */
  terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    call: CallContext,
  ): Promise<void>;

  /** Reads the volume's state on the backend, for repairs after a crash. Changes nothing. */
  inspect(volume: VolumeRef, call: CallContext): Promise<VolumeState>;

  /**
   * Lists exports of this backend, known to the core or not: at most `page.limit`, only of volumes with an id greater
   * than `page.after`, in ascending order of the ids (as JavaScript's `<` compares strings), each volume once. A shorter
   * list means that no more follow. Only exports whose name contains a volume's UUID in lower case are listed. Changes
   * nothing.
   */
  listExports(page: ExportPage, call: CallContext): Promise<readonly ExportState[]>;

  /** Returns the backend's current capacity. */
  getStats(call: CallContext): Promise<BackendStats>;
}

/** Additional method of a driver whose `capabilities.extend` is not `none`. */
export interface ExtendableDriver {
  /**
   * Extends the volume to `newSizeGib` and keeps its data. A volume that is already that large counts as extended; it is
   * never shrunk.
   * @throws `NOT_FOUND` when the volume does not exist; `RESOURCE_EXHAUSTED` when there is no room; `FAILED_PRECONDITION`
   * or `UNSUPPORTED` when it is impossible. After these the volume must be unchanged and stays in use. After any other
   * error its status becomes `error_extending`.
   */
  extendVolume(volume: VolumeRef, newSizeGib: number, call: CallContext): Promise<void>;
}

/** Additional method of a driver whose `capabilities.fence` is true. */
export interface FencingDriver {
  /**
   * Ends the host's access like {@link VolumeDriver.terminateConnection}, and its open sessions too. Resolves only when
   * the backend shows that no read or write of the host can reach the volume any more. A missing connection counts as
   * cut off.
   * @param remaining the volume's connections that stay.
   * @throws `FAILED_PRECONDITION` when that cannot be confirmed, or when `remaining` has a connection of the same host.
   */
  fenceConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    call: CallContext,
  ): Promise<void>;
}

/** The methods that a driver with these capabilities must have. */
export type DriverFor<C extends DriverCapabilities> = VolumeDriver &
  (C['extend'] extends 'none' ? unknown : ExtendableDriver) &
  (C['fence'] extends true ? FencingDriver : unknown);

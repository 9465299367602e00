import type { Connection, ConnectionInfo, Connector, ExportDetails, VolumeRef } from './connection.js';

/** What every call that may reach the backend is given beside its subject. */
export interface CallContext {
  /**
   * Aborts when the call's time is up or the server gives up waiting. A driver stops what it started and
   * rejects soon after; the core keeps the volume locked until it does, for a bounded time.
   */
  readonly signal: AbortSignal;
  /** `req-<uuid>` of the client request behind this call, for the driver's own logs. */
  readonly requestId: string;
}

/** Capacity of a backend in GiB; null where the backend cannot tell. */
export interface BackendStats {
  readonly totalGib: number | null;
  readonly freeGib: number | null;
}

/** What the backend really holds for one volume. */
export interface VolumeState {
  /** Whether the volume itself is there. */
  readonly exists: boolean;
  /** Whether it is exported. */
  readonly exported: boolean;
  /**
   * The hosts that the export admits, each named by what the driver tells hosts apart with (an initiator,
   * an address); null when the driver cannot know, as without per-client access.
   */
  readonly admitted: readonly string[] | null;
}

/** One export found on the backend, whether or not the core knows of it. */
export interface ExportState {
  readonly volumeId: string;
  readonly admitted: readonly string[] | null;
}

/** What a driver is able to do; the core and the conformance kit both go by it. */
export interface DriverCapabilities {
  /** Protocol as Cinder reports it: `iSCSI`, `nfs`, `ceph`… */
  readonly storageProtocol: string;
  /** Whether several attachments may use one volume at the same time. */
  readonly multiattach: boolean;
  /** Whether a connection in mode `ro` is refused writes by the backend itself. */
  readonly readOnlyExports: boolean;
  /** What keeps other hosts out of an export: its initiator name, its address, or nothing. */
  readonly accessControl: 'initiator' | 'address' | 'none';
  /** When a volume may grow; unless `none`, the driver has `extendVolume`. */
  readonly extend: 'none' | 'detached' | 'attached';
  /**
   * Whether the driver can cut a host off although the host itself does nothing, and know that it did; then it has
   * `fenceConnection`. Absent means false.
   */
  readonly fence?: boolean;
}

/**
 * A storage backend. Volumes, exports and connections are made and unmade through it and nowhere else.
 *
 * Three rules hold for every method:
 * - **Idempotency.** The same call twice has the result of one: what exists already is returned, what is
 *   gone already counts as removed. Callers repeat calls after a crash or a lost answer.
 * - **Concurrency.** The core makes one call at a time for one volume, and many at a time for different ones.
 * - **Secrets.** Error messages reach clients and logs: they never hold credentials.
 *
 * Each method rejects with a `DriverError`; anything else thrown counts as `INTERNAL`. A driver returns plain
 * data and keeps no state that it could not find again after a restart.
 */
export interface VolumeDriver {
  /** Prepares the backend, or rejects with what is missing and how to mend it. Called once, before any other method. */
  setup?(): Promise<void>;

  /** Releases what `setup` took. Exports stay: hosts go on using them. */
  teardown?(): Promise<void>;

  /**
   * Makes the volume, filled with zeros as far as a reader can tell: no earlier volume's data shows through.
   * An existing volume of that id counts as made.
   * @throws `RESOURCE_EXHAUSTED` when it does not fit.
   */
  createVolume(volume: VolumeRef, call: CallContext): Promise<void>;

  /** Removes the volume and any export of it. A volume that is not there counts as removed. */
  deleteVolume(volume: VolumeRef, call: CallContext): Promise<void>;

  /**
   * Checks that the connector has all that this driver needs, before anything is done with it. Pure: no I/O, and
   * never `async`: it throws at once, for a promise would be rejected after the core went on.
   * @throws `INVALID_CONNECTOR`, with the key in `field`.
   */
  validateConnector(connector: Connector): void;

  /**
   * Makes the volume reachable (a target, a share entry) without admitting any host yet.
   * An existing export is returned unchanged, credentials included. Where none exists and `volume.exportDetails` is
   * null, as after `removeExport`, it gets fresh credentials, so that what an earlier host knew opens nothing.
   * @throws `NOT_FOUND` when the volume is not there.
   */
  createExport(volume: VolumeRef, connection: Connection, call: CallContext): Promise<ExportDetails>;

  /**
   * Restores an export after a restart of the host or the target daemon, with the credentials of
   * `volume.exportDetails` and admitting the hosts of `connections`. An intact export stays as it is.
   * @throws `NOT_FOUND` when the volume is not there.
   */
  ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    call: CallContext,
  ): Promise<ExportDetails>;

  /** Withdraws the export; no host reaches the volume afterwards. An absent export counts as withdrawn. */
  removeExport(volume: VolumeRef, call: CallContext): Promise<void>;

  /**
   * Admits the connection's host to the export and returns what the host needs to connect.
   * Repeated for the same attachment it returns the same information.
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
   * Ends the host's access, unless one of `remaining` comes from the same host and needs it still.
   * A connection that is not there counts as ended.
   * @param remaining the volume's connections that stay; when it is empty the core removes the export next.
   */
  terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    call: CallContext,
  ): Promise<void>;

  /** Tells what the backend holds for this volume; the basis of repairs after a crash. Changes nothing. */
  inspect(volume: VolumeRef, call: CallContext): Promise<VolumeState>;

  /** Lists every export of this backend, known to the core or not. Changes nothing. */
  listExports(call: CallContext): Promise<readonly ExportState[]>;

  /** Current capacity. */
  getStats(call: CallContext): Promise<BackendStats>;
}

/** The additional duty of a driver whose `capabilities.extend` is not `none`. */
export interface ExtendableDriver {
  /**
   * Grows the volume to `newSizeGib`; a volume that large already counts as grown. It never shrinks.
   * @throws `NOT_FOUND` when the volume is not there.
   */
  extendVolume(volume: VolumeRef, newSizeGib: number, call: CallContext): Promise<void>;
}

/** The additional duty of a driver whose `capabilities.fence` is true. */
export interface FencingDriver {
  /**
   * Ends the host's access as {@link VolumeDriver.terminateConnection} does, and its open sessions too, and resolves
   * only when the backend shows that no read or write of the host can reach the volume any more. A connection that is
   * not there counts as cut off.
   * @param remaining the volume's connections that stay.
   * @throws `FAILED_PRECONDITION` when that cannot be confirmed, or when `remaining` has one of the same host.
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

import type {
  Connection,
  ConnectionInfo,
  ExportDetails,
  ExtendableDriver,
  FencingDriver,
  VolumeDriver,
  VolumeRef,
  VolumeState,
} from '../contract/index.js';

/** A driver as the core calls it: the methods of an optional ability may be missing. */
export type AnyDriver = VolumeDriver & Partial<ExtendableDriver & FencingDriver>;

/**
 * The driver's methods for one locked volume. Each rejects with a `DomainError`: `InvalidInput` for a bad
 * connector, `Conflict`, `NotSupported`, else `BackendFailure`. Arguments reach the driver as frozen copies,
 * and so do results the caller.
 */
export interface BackendSession {
  createVolume(volume: VolumeRef): Promise<void>;
  deleteVolume(volume: VolumeRef): Promise<void>;
  extendVolume(volume: VolumeRef, newSizeGib: number): Promise<void>;
  createExport(volume: VolumeRef, connection: Connection): Promise<ExportDetails>;
  ensureExport(volume: VolumeRef, connections: readonly Connection[]): Promise<ExportDetails>;
  removeExport(volume: VolumeRef): Promise<void>;
  initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    others: readonly Connection[],
  ): Promise<ConnectionInfo>;
  terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
  ): Promise<void>;
  fenceConnection(volume: VolumeRef, connection: Connection, remaining: readonly Connection[]): Promise<void>;
  inspect(volume: VolumeRef): Promise<VolumeState>;
}

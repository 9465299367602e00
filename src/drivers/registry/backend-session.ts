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

/** A driver as the core calls it: methods of optional capabilities may be missing. */
export type AnyDriver = VolumeDriver & Partial<ExtendableDriver & FencingDriver>;

/**
 * The driver's methods for one locked volume. Each rejects with a `DomainError`: `InvalidInput` for an invalid
 * connector, `Conflict`, `NotSupported`, else `BackendFailure`. Arguments and results are passed as frozen copies.
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

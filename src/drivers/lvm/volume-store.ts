import type { BackendStats, CallContext } from '../contract/index.js';

/** Storage of the volumes, without their exports: the half of the driver that does not use the network. */
export interface VolumeStore {
  /** @throws FAILED_PRECONDITION with what is missing and how to create it. */
  setup(signal: AbortSignal): Promise<void>;
  exists(name: string, signal: AbortSignal): Promise<boolean>;
  /** An existing volume counts as created. */
  create(name: string, sizeGib: number, signal: AbortSignal): Promise<void>;
  /** Wipes and removes the volume, reporting progress. A missing volume counts as removed. */
  remove(name: string, call: Pick<CallContext, 'signal' | 'progress'>): Promise<void>;
  /** A volume that is already that large counts as extended. @throws NOT_FOUND */
  extend(name: string, sizeGib: number, signal: AbortSignal): Promise<void>;
  /** Activates a volume and returns its block device. @throws NOT_FOUND */
  device(name: string, signal: AbortSignal): Promise<string>;
  /** Returns true if a device belongs to this store; exports of other backends are left alone. */
  owns(device: string): boolean;
  stats(signal: AbortSignal): Promise<BackendStats>;
}

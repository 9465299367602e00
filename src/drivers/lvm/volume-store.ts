import type { BackendStats } from '../contract/index.js';

/** The volumes without the way to them: the half of the driver that knows no network. */
export interface VolumeStore {
  /** @throws FAILED_PRECONDITION saying what is missing and how to make it. */
  setup(signal: AbortSignal): Promise<void>;
  exists(name: string, signal: AbortSignal): Promise<boolean>;
  /** An existing volume counts as made. */
  create(name: string, sizeGib: number, signal: AbortSignal): Promise<void>;
  /** Wipes and removes; an absent volume counts as removed. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** A volume that large counts as grown. @throws NOT_FOUND */
  extend(name: string, sizeGib: number, signal: AbortSignal): Promise<void>;
  /** The block device of an existing volume, ready for use. */
  device(name: string, signal: AbortSignal): Promise<string>;
  /** Whether a device belongs to this store, so that another backend's exports are left alone. */
  owns(device: string): boolean;
  stats(signal: AbortSignal): Promise<BackendStats>;
}

import type { BackendStats, ExportPage } from 'clinker-driver';

/** CHAP credentials (RFC 1994) of one export. */
export interface Chap {
  readonly username: string;
  readonly password: string;
}

/** What hosts need to reach a volume. */
export interface Target {
  readonly iqn: string;
  /** Address and port. */
  readonly portal: string;
  readonly lun: number;
  /** The disk's identity on hosts, as udev's ID_SERIAL: 3 followed by the NAA designator. */
  readonly wwn: string;
  readonly chap: Chap;
}

/** A volume as the storage has it. */
export interface FoundVolume {
  /** Null when the volume is not exported. */
  readonly target: Target | null;
  /** Initiator names of the admitted hosts. */
  readonly initiators: readonly string[];
}

/**
 * What the driver asks of the storage. Each method may be repeated and then has the effect of one call. Methods that need
 * a volume reject with NOT_FOUND if there is none.
 */
export interface Storage {
  /** Checks that the storage can be used. Rejects with UNAVAILABLE if waiting may help. */
  check(signal: AbortSignal): Promise<void>;
  create(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void>;
  /** Never shrinks. */
  grow(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void>;
  /** Removes the volume and its export. */
  remove(volumeId: string, signal: AbortSignal): Promise<void>;
  /** Exports the volume with these credentials, for no host yet. Returns an existing export unchanged. */
  export(volumeId: string, chap: Chap, signal: AbortSignal): Promise<Target>;
  unexport(volumeId: string, signal: AbortSignal): Promise<void>;
  /** Admits a host to the export. */
  admit(volumeId: string, initiator: string, signal: AbortSignal): Promise<void>;
  evict(volumeId: string, initiator: string, signal: AbortSignal): Promise<void>;
  /** Returns null if there is no such volume. */
  find(volumeId: string, signal: AbortSignal): Promise<FoundVolume | null>;
  /** Lists exported volumes by id, as `VolumeDriver.listExports` does. */
  exports(page: ExportPage, signal: AbortSignal): Promise<readonly ListedExport[]>;
  capacity(signal: AbortSignal): Promise<BackendStats>;
}

export interface ListedExport {
  readonly volumeId: string;
  readonly initiators: readonly string[];
}

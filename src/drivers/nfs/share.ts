import { basename, dirname, join } from 'node:path';
import { DriverError } from '../contract/index.js';

/** A folder with volumes, as seen by this machine. */
export interface Share {
  readonly folder: string;
  /** Returns the export that a host mounts to reach the volume of this name. */
  readonly exportOf: (name: string) => string;
  /** True if each volume has its own folder, which is exported separately. */
  readonly nested: boolean;
  /** Mount options for the hosts. */
  readonly options: string | undefined;
}

/** The folders for volumes. */
export interface Shares {
  readonly all: readonly Share[];
  /** The folders for new volumes. */
  readonly open: readonly Share[];
  /** Finds folders besides the configured ones that may contain volumes. */
  setup(signal: AbortSignal): Promise<void>;
  /** Ensures that writes to the folder reach the share. @throws UNAVAILABLE */
  ready(share: Share, signal: AbortSignal): Promise<void>;
}

/** Paths of a volume's files. */
export interface VolumePaths {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  /** Temporary path of the file; it is renamed to `file` when complete. */
  readonly unfinished: string;
  /** Exists while the volume is exported, whether or not a host is admitted. */
  readonly mark: string;
  /** Exists if the file is a qcow2. Outside the volume's own folder, so that no host can write it. */
  readonly qcow2Mark: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MARK = /^\.volume-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.exported$/;

/** @throws INTERNAL when the id is no UUID: it becomes a file name and must not lead outside the share. */
export function pathsOf(share: Share, volumeId: string): VolumePaths {
  if (!UUID.test(volumeId)) throw new DriverError('INTERNAL', 'the id of the volume is not a UUID');
  const name = `volume-${volumeId}`;
  const folder = share.nested ? join(share.folder, name) : share.folder;
  return {
    name,
    folder,
    file: join(folder, name),
    unfinished: join(folder, `.${name}.part`),
    mark: join(share.folder, `.${name}.exported`),
    qcow2Mark: join(share.folder, `.${name}.qcow2`),
  };
}

/** Returns true if the path is a volume's own folder directly in `folder`. */
export function isVolumeFolder(path: string, folder: string): boolean {
  const name = basename(path);
  return dirname(path) === folder && name.startsWith('volume-') && UUID.test(name.slice('volume-'.length));
}

/** Returns the id of the volume that a file name marks as exported, or null. */
export function volumeOfMark(fileName: string): string | null {
  return MARK.exec(fileName)?.[1] ?? null;
}

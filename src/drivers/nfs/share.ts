import { basename, dirname, join } from 'node:path';
import { DriverError } from '../contract/index.js';

/** A folder that holds volumes, as this machine sees it. */
export interface Share {
  readonly folder: string;
  /** What a host mounts to reach the volume with this name. */
  readonly exportOf: (name: string) => string;
  /** Whether each volume lies in a folder of its own, which alone is exported. */
  readonly nested: boolean;
  /** Mount options for the hosts. */
  readonly options: string | undefined;
}

/** The folders that volumes are put on. */
export interface Shares {
  readonly all: readonly Share[];
  /** Makes sure that what is written to the folder reaches the share. @throws UNAVAILABLE */
  ready(share: Share, signal: AbortSignal): Promise<void>;
}

/** Where the parts of one volume lie. */
export interface VolumePaths {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  /** The file while it is made: it gets its name when it is whole. */
  readonly unfinished: string;
  /** Its presence says that the volume is exported, whoever is admitted. */
  readonly mark: string;
  /** Its presence says that the file is a qcow2. Beside a volume's own folder, to which no host can write. */
  readonly qcow2Mark: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MARK = /^\.volume-([0-9a-f-]{36})\.exported$/i;

/** @throws INTERNAL when the id is no UUID: it becomes a file name, and must not lead out of the share. */
export function pathsOf(share: Share, volumeId: string): VolumePaths {
  if (!UUID.test(volumeId)) throw new DriverError('INTERNAL', 'the id of the volume is no UUID');
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

/** Whether the path is that of a volume's own folder in this one. */
export function isVolumeFolder(path: string, folder: string): boolean {
  const name = basename(path);
  return dirname(path) === folder && name.startsWith('volume-') && UUID.test(name.slice('volume-'.length));
}

/** The volume that a file name marks as exported, or null. */
export function volumeOfMark(fileName: string): string | null {
  return MARK.exec(fileName)?.[1] ?? null;
}

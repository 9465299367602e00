import type { AccessMode } from '../../contract/index.js';

/** What NFS-Ganesha is to know about one volume. */
export interface ExportBlock {
  readonly id: number;
  readonly folder: string;
  /** The user and group, by number, as which every request is carried out. */
  readonly account: number;
  readonly hosts: ReadonlyMap<string, AccessMode>;
}

/** The export in the format of ganesha-export-config(8). Who is not named has no access. */
export function render({ id, folder, account, hosts }: ExportBlock): string {
  const client = ([address, mode]: [string, AccessMode]) =>
    `  CLIENT { Clients = ${address}; Access_Type = ${mode.toUpperCase()}; }`;
  return [
    '# Written by Clinker, and written anew at every change.',
    'EXPORT {',
    `  Export_Id = ${id};`,
    // Hosts tell volumes of one file system apart by it.
    `  Filesystem_Id = ${id}.${id};`,
    `  Path = "${folder}";`,
    `  Pseudo = "${folder}";`,
    '  Access_Type = None;',
    '  Squash = All_Squash;',
    `  Anonymous_Uid = ${account};`,
    `  Anonymous_Gid = ${account};`,
    '  SecType = sys;',
    '  Protocols = 3, 4;',
    '  Transports = TCP;',
    '  PrivilegedPort = true;',
    ...[...hosts].map(client),
    '  FSAL { Name = VFS; }',
    '}',
    '',
  ].join('\n');
}

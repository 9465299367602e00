import type { AccessMode } from '../../contract/index.js';

/** Content of a volume's export block. */
export interface ExportBlock {
  readonly id: number;
  readonly folder: string;
  /** Numeric user and group that Ganesha uses for every request. */
  readonly account: number;
  readonly hosts: ReadonlyMap<string, AccessMode>;
}

/** Renders the export in the format of ganesha-export-config(8). Only the listed hosts have access. */
export function render({ id, folder, account, hosts }: ExportBlock): string {
  const client = ([address, mode]: [string, AccessMode]) =>
    `  CLIENT { Clients = ${address}; Access_Type = ${mode.toUpperCase()}; }`;
  return [
    '# Written by Clinker. Every change overwrites this file.',
    'EXPORT {',
    `  Export_Id = ${id};`,
    // Lets hosts distinguish volumes in the same file system.
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

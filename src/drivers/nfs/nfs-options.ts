import type { JsonObject } from '../contract/index.js';
import type { VolumeFormat } from './qcow2.js';

/** What both NFS drivers may be told about the files that they make. */
export interface FileOptions {
  readonly format: VolumeFormat;
  readonly preallocate: boolean;
  readonly file_mode?: string;
  readonly owner?: string;
  readonly mount_point_base: string;
  readonly command_prefix: readonly string[];
  readonly command_timeout_s: number;
}

/** Options of the driver `nfs`, after its schema has filled in the defaults. */
export interface NfsOptions extends FileOptions {
  readonly shares: readonly { readonly share: string; readonly options?: string }[];
}

/** Options of the driver `nfs-server`, after its schema has filled in the defaults. */
export interface NfsServerOptions extends FileOptions {
  readonly folders: readonly string[];
  readonly address: string;
  readonly client_options?: string;
  readonly server: 'exportfs' | 'ganesha';
  readonly export_options?: readonly string[];
  readonly ganesha?: GaneshaOptions;
}

/** What the driver `nfs-server` may be told about NFS-Ganesha. */
export interface GaneshaOptions {
  readonly conf_folder?: string;
  readonly first_account?: number;
  readonly bus_address?: string;
}

/** Blanks would split a mount line, and a leading dash would be taken for an option. */
const FOLDER = '^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$';
const HOST = '(?:[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+\\])';
const MOUNT_OPTIONS = '^[A-Za-z0-9_=.:/@+-]+(,[A-Za-z0-9_=.:/@+-]+)*$';

const fileProperties = {
  format: {
    enum: ['raw', 'qcow2'],
    default: 'raw',
    description:
      'How new volumes hold their disk; others keep what they are. qcow2 needs qemu-img, and lets no volume be ' +
      'multiattach.',
  },
  preallocate: {
    type: 'boolean',
    default: false,
    description: 'Whether a volume takes its whole space at once; else its file is sparse.',
  },
  file_mode: {
    type: 'string',
    pattern: '^0?[0-7]{3}$',
    description: 'Permissions of the volumes’ files, octal; 0600 unless set.',
  },
  owner: {
    type: 'string',
    pattern: '^[0-9]+:[0-9]+$',
    description: 'Numeric user:group that the files are given to; absent means that of the server.',
  },
  mount_point_base: {
    type: 'string',
    pattern: FOLDER,
    default: '/var/lib/clinker/mnt',
    description:
      'The folder under which shares are mounted, here and, unless they know better, on the hosts.',
  },
  command_prefix: {
    type: 'array',
    items: { type: 'string' },
    default: [],
    description: 'Words in front of every command, for instance ["sudo", "-n"].',
  },
  command_timeout_s: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 30,
    description: 'Seconds that one command may take. A share that does not answer that long counts as lost.',
  },
} satisfies JsonObject;

/** JSON Schema of {@link NfsOptions}. */
export const nfsOptionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['shares'],
  properties: {
    shares: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['share'],
        properties: {
          share: { type: 'string', pattern: `^${HOST}:${FOLDER.slice(1)}`, description: 'host:/path' },
          options: { type: 'string', pattern: MOUNT_OPTIONS, description: 'Mount options: vers=4.2,nosuid' },
        },
      },
      description: 'The shares that volumes are put on. A new one goes where most space is free.',
    },
    ...fileProperties,
  },
} satisfies JsonObject;

/** JSON Schema of {@link NfsServerOptions}. */
export const nfsServerOptionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['folders', 'address'],
  properties: {
    folders: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: FOLDER },
      description: 'Folders of this machine for volumes. They must not be exported themselves.',
    },
    address: {
      type: 'string',
      pattern: `^${HOST}$`,
      description: 'Name or address under which hosts reach this machine; IPv6 in brackets.',
    },
    client_options: { type: 'string', pattern: MOUNT_OPTIONS, description: 'Mount options for the hosts.' },
    server: {
      enum: ['exportfs', 'ganesha'],
      default: 'exportfs',
      description: 'What serves NFS: the kernel, told by exportfs, or NFS-Ganesha, told over D-Bus.',
    },
    export_options: {
      type: 'array',
      items: { type: 'string', pattern: '^(?!rw$|ro$|fsid=)[a-z_]+(=[A-Za-z0-9:._-]+)?$' },
      description:
        'For exportfs: options of every export, see exports(5); sync, subtree_check, no_root_squash and secure unless ' +
        'set. Without subtree_check a host can guess its way to other volumes.',
    },
    ganesha: {
      type: 'object',
      additionalProperties: false,
      properties: {
        conf_folder: {
          type: 'string',
          pattern: FOLDER,
          description:
            'Where the exports’ files are, for Ganesha to read when it starts. Default: the folder "ganesha" in the ' +
            'state folder.',
        },
        first_account: {
          type: 'integer',
          minimum: 65_536,
          maximum: 4_294_901_759,
          description:
            'Number of the first of 65536 users and groups that nobody else has on this machine, one for each export; ' +
            '1879048192 unless set.',
        },
        bus_address: {
          type: 'string',
          pattern: '^[a-z]+:[A-Za-z0-9=,/._%-]+$',
          description: 'D-Bus address of a Ganesha of one’s own: unix:path=/run/own/bus',
        },
      },
      description: 'For ganesha: how it is told.',
    },
    ...fileProperties,
  },
} satisfies JsonObject;

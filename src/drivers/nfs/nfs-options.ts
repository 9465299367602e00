import type { JsonObject, OptionsOf } from '../contract/index.js';

/** Spaces would split a mount line, and a leading dash would look like an option. */
const FOLDER = '^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$';
const HOST = '(?:[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+\\])';
const MOUNT_OPTIONS = '^[A-Za-z0-9_=.:/@+-]+(,[A-Za-z0-9_=.:/@+-]+)*$';

const fileProperties = {
  format: {
    enum: ['raw', 'qcow2'],
    default: 'raw',
    description:
      'File format of new volumes; existing ones keep theirs. qcow2 requires qemu-img, and its volumes cannot be ' +
      'multiattach.',
  },
  preallocate: {
    type: 'boolean',
    default: false,
    description: 'Whether the full space of a volume is allocated at once; otherwise its file is sparse.',
  },
  file_mode: {
    type: 'string',
    pattern: '^0?[0-7]{3}$',
    description: 'Permissions of the volumes’ files, octal. Default: 0600.',
  },
  owner: {
    type: 'string',
    pattern: '^[0-9]+:[0-9]+$',
    description: 'Owner of the files as numeric user:group. Default: that of the server.',
  },
  mount_point_base: {
    type: 'string',
    pattern: FOLDER,
    default: '/var/lib/clinker/mnt',
    description:
      'Folder under which shares are mounted, here and, unless configured otherwise there, on the hosts.',
  },
  command_prefix: {
    type: 'array',
    items: { type: 'string' },
    default: [],
    description: 'Words before every command, for example ["sudo", "-n"].',
  },
  command_timeout_s: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 3600,
    default: 30,
    description:
      'Timeout of a command in seconds. A share that does not answer for that long counts as lost.',
  },
} as const satisfies JsonObject;

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
      description: 'Shares for volumes. A new volume goes to the one with the most free space.',
    },
    ...fileProperties,
  },
} as const satisfies JsonObject;

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
      description: 'Folders on this machine for volumes. They must not be exported themselves.',
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
      description: 'NFS server: the kernel, controlled by exportfs, or NFS-Ganesha, controlled over D-Bus.',
    },
    export_options: {
      type: 'array',
      items: { type: 'string', pattern: '^(?!rw$|ro$|fsid=)[a-z_]+(=[A-Za-z0-9:._-]+)?$' },
      description:
        'For exportfs: options of every export, see exports(5). Default: sync, subtree_check, no_root_squash and ' +
        'secure. Without subtree_check a host can guess its way to other volumes.',
    },
    ganesha: {
      type: 'object',
      additionalProperties: false,
      properties: {
        conf_folder: {
          type: 'string',
          pattern: FOLDER,
          description:
            'Folder for the exports’ files, which Ganesha reads at start. Default: the folder "ganesha" in the ' +
            'state folder.',
        },
        first_account: {
          type: 'integer',
          minimum: 65_536,
          maximum: 4_294_901_759,
          description:
            'First of 65536 user and group ids that are otherwise unused on this machine, one per export. Default: ' +
            '1879048192.',
        },
        bus_address: {
          type: 'string',
          pattern: '^[a-z]+:[A-Za-z0-9=,/._%-]+$',
          description: 'D-Bus address of a separate Ganesha: unix:path=/run/own/bus',
        },
      },
      description: 'Settings for NFS-Ganesha.',
    },
    ...fileProperties,
  },
} as const satisfies JsonObject;

/** File options of both NFS drivers. */
export type FileOptions = OptionsOf<{ readonly type: 'object'; readonly properties: typeof fileProperties }>;

/** Options of the driver `nfs`, with the schema's defaults filled in. */
export type NfsOptions = OptionsOf<typeof nfsOptionsSchema>;

/** Options of the driver `nfs-server`, with the schema's defaults filled in. */
export type NfsServerOptions = OptionsOf<typeof nfsServerOptionsSchema>;

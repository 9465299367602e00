import type { JsonObject, OptionsOf } from '../contract/index.js';

/** Names that LVM allows, except those that a command would take for an option. */
const LVM_NAME = '^[A-Za-z0-9_.+][A-Za-z0-9_.+-]{0,126}$';

/** JSON Schema of {@link LvmOptions}. */
export const lvmOptionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['volume_group', 'portals'],
  properties: {
    volume_group: {
      type: 'string',
      pattern: LVM_NAME,
      description: 'Volume group of the volumes.',
    },
    thin_pool: {
      type: 'string',
      pattern: LVM_NAME,
      description: 'Thin pool in the volume group. If set, volumes are thin, otherwise linear.',
    },
    wipe: {
      enum: ['none', 'zero', 'discard'],
      default: 'zero',
      description:
        'What happens to the data of a deleted volume. zero overwrites it (not needed and not done in a thin pool); ' +
        'discard is for disks that read zeros afterwards; with none the next volume can read it.',
    },
    target: {
      enum: ['tgt', 'lio'],
      default: 'tgt',
      description: 'iSCSI target: tgtd, or the kernel (LIO).',
    },
    target_prefix: {
      type: 'string',
      pattern: '^iqn\\.[0-9]{4}-(0[1-9]|1[0-2])\\.[a-z0-9.-]+:[a-z0-9.:-]*$',
      maxLength: 150,
      default: 'iqn.2010-10.org.openstack:',
      description: 'Prefix of target names; the name of the volume follows.',
    },
    portals: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: '^([0-9.]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$' },
      description:
        'Addresses (ip:port, [ipv6]:port) under which hosts reach the targets; the first is the main one.',
    },
    discard: {
      type: 'boolean',
      default: true,
      description: 'Whether hosts may discard blocks; announced to them.',
    },
    disk_geometry: {
      enum: ['512', '512e', '4k'],
      description:
        'Block sizes that hosts are to present to guests: 512 bytes, 512 with physical blocks of 4096, or 4096. ' +
        'Default: not announced.',
    },
    sudo: { type: 'boolean', default: false, description: 'Whether to run commands with "sudo -n".' },
    command_timeout_ms: {
      type: 'integer',
      minimum: 1000,
      default: 60_000,
      description: 'Timeout of a command in milliseconds.',
    },
    wipe_timeout_ms: {
      type: 'integer',
      minimum: 1000,
      description:
        'Timeout for wiping a volume in milliseconds; by default unlimited as long as it makes progress. The ' +
        'server’s driver_timeout_ms limits each step of 256 MiB.',
    },
    lvm_system_dir: {
      type: 'string',
      pattern: '^/',
      description: 'Folder with a separate lvm.conf (LVM_SYSTEM_DIR).',
    },
    tgt_conf_folder: {
      type: 'string',
      pattern: '^/[^"\\s]*$',
      description:
        'Folder for the targets’ files, which tgtd reads after a restart. Default: the folder "tgt" in the state folder.',
    },
    tgt_socket: {
      type: 'string',
      pattern: '^/',
      description: 'Socket of a separate tgtd (TGT_IPC_SOCKET).',
    },
    tgt_control_port: {
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      description: 'Control port of a second tgtd (its option -C).',
    },
  },
} as const satisfies JsonObject;

/** The options of a backend with this driver, with the schema's defaults filled in. */
export type LvmOptions = OptionsOf<typeof lvmOptionsSchema>;

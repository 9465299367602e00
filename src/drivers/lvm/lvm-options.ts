import type { JsonObject } from '../contract/index.js';

/** The options of a backend with this driver, after its schema has filled in the defaults. */
export interface LvmOptions {
  readonly volume_group: string;
  readonly thin_pool?: string;
  readonly wipe: 'none' | 'zero' | 'discard';
  readonly target: 'tgt' | 'lio';
  readonly target_prefix: string;
  readonly portals: readonly string[];
  readonly discard: boolean;
  readonly disk_geometry?: '512' | '512e' | '4k';
  readonly sudo: boolean;
  readonly command_timeout_ms: number;
  readonly wipe_timeout_ms: number;
  readonly lvm_system_dir?: string;
  readonly tgt_conf_folder?: string;
  readonly tgt_socket?: string;
  readonly tgt_control_port?: number;
}

/** What LVM allows in names, less what a command would take for an option. */
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
      description: 'The volume group that holds the volumes.',
    },
    thin_pool: {
      type: 'string',
      pattern: LVM_NAME,
      description: 'A thin pool of the group; with it volumes are thin, without it linear.',
    },
    wipe: {
      enum: ['none', 'zero', 'discard'],
      default: 'zero',
      description:
        'What happens to the data of a deleted volume. zero overwrites it (a thin pool needs no such thing and is not ' +
        'overwritten); discard is for disks that read zeros afterwards; none lets the next volume read it.',
    },
    target: {
      enum: ['tgt', 'lio'],
      default: 'tgt',
      description: 'What serves iSCSI: tgtd, or the kernel (LIO).',
    },
    target_prefix: {
      type: 'string',
      pattern: '^iqn\\.[0-9]{4}-(0[1-9]|1[0-2])\\.[a-z0-9.-]+:[a-z0-9.:-]*$',
      maxLength: 150,
      default: 'iqn.2010-10.org.openstack:',
      description: 'What stands before the volume in the names of targets.',
    },
    portals: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: '^([0-9.]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$' },
      description:
        'Addresses (ip:port, [ipv6]:port) under which hosts reach the targets; the first is the main one.',
    },
    discard: { type: 'boolean', default: true, description: 'Whether hosts may discard, and are told so.' },
    disk_geometry: {
      enum: ['512', '512e', '4k'],
      description:
        'Block sizes that hosts are told to show their guests: 512 bytes, 512 on physical blocks of 4096, or 4096. ' +
        'Without it they are told nothing.',
    },
    sudo: { type: 'boolean', default: false, description: 'Whether commands are run through "sudo -n".' },
    command_timeout_ms: {
      type: 'integer',
      minimum: 1000,
      default: 60_000,
      description: 'Milliseconds that one command may take.',
    },
    wipe_timeout_ms: {
      type: 'integer',
      minimum: 1000,
      default: 3_600_000,
      description:
        'Milliseconds that the wiping of one volume may take. The server’s driver_timeout_ms bounds it too.',
    },
    lvm_system_dir: { type: 'string', pattern: '^/', description: 'A folder with an lvm.conf of its own.' },
    tgt_conf_folder: {
      type: 'string',
      pattern: '^/[^"\\s]*$',
      description:
        'Where the targets’ files are, for tgtd to read after a restart. Default: the folder "tgt" in the state folder.',
    },
    tgt_socket: {
      type: 'string',
      pattern: '^/',
      description: 'Socket of a tgtd of one’s own (TGT_IPC_SOCKET).',
    },
    tgt_control_port: {
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      description: 'Control port of a second tgtd (its option -C).',
    },
  },
} satisfies JsonObject;

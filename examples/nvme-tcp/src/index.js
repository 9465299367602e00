import { CONTRACT_VERSION, defineDriver } from 'clinker-driver';
import { programRunner } from './command.js';
import { Configfs } from './configfs.js';
import { HostKeys } from './host-keys.js';
import { NvmeDriver } from './nvme.driver.js';
import { NvmetTargets } from './nvmet-targets.js';
import { ThinVolumes } from './thin-volumes.js';

/** Names that LVM allows, except those that a command would take for an option. */
const LVM_NAME = '^[A-Za-z0-9_.+][A-Za-z0-9_.+-]{0,126}$';

/**
 * @typedef {object} Options of a backend, with the schema's defaults filled in
 * @property {string} volume_group
 * @property {string} thin_pool
 * @property {string[]} portals
 * @property {string} nqn_prefix
 * @property {string} [host_keys]
 * @property {string} nvmet_folder
 * @property {number} step_timeout_ms
 */

export default defineDriver({
  name: 'nvme-tcp',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'NVMe-TCP',
    multiattach: true,
    // The kernel makes a namespace read-only for all hosts or for none.
    readOnlyExports: false,
    accessControl: 'nqn',
    extend: 'attached',
    fence: true,
    thin: true,
  },
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['volume_group', 'thin_pool', 'portals'],
    properties: {
      volume_group: { type: 'string', pattern: LVM_NAME, description: 'Volume group of the volumes.' },
      thin_pool: {
        type: 'string',
        pattern: LVM_NAME,
        description: 'Thin pool in the volume group. It zeroes new blocks, so no volume shows old data.',
      },
      portals: {
        type: 'array',
        minItems: 1,
        maxItems: 8,
        uniqueItems: true,
        items: { type: 'string', pattern: '^([0-9.]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}$' },
        description:
          'Addresses (ip:port, [ipv6]:port) at which the kernel serves hosts. Hosts get all of them.',
      },
      nqn_prefix: {
        type: 'string',
        pattern: '^nqn\\.[0-9]{4}-(0[1-9]|1[0-2])\\.[a-z0-9.-]+$',
        maxLength: 150,
        default: 'nqn.2010-10.org.openstack',
        description: "Beginning of the subsystems' names (NQNs); the name of the volume follows.",
      },
      host_keys: {
        type: 'string',
        pattern: '^/',
        description:
          'File with the DH-HMAC-CHAP key of each host: a JSON object of keys by host NQN, readable by its owner only. ' +
          'If set, hosts without a key are refused. Needs a kernel with CONFIG_NVME_TARGET_AUTH.',
      },
      nvmet_folder: {
        type: 'string',
        pattern: '^/',
        default: '/sys/kernel/config/nvmet',
        description: "The kernel's NVMe target in configfs.",
      },
      step_timeout_ms: {
        type: 'integer',
        minimum: 1000,
        default: 60_000,
        description: 'Timeout of one command of LVM, and of one change in configfs, in milliseconds.',
      },
    },
  },
  create: (options) => {
    // As the schema has it.
    const given = /** @type {Options} */ (options);
    const configfs = new Configfs(given.nvmet_folder, { timeoutMs: given.step_timeout_ms });
    return new NvmeDriver(
      { nqnPrefix: given.nqn_prefix, portals: given.portals },
      {
        volumes: new ThinVolumes(given.volume_group, given.thin_pool, programRunner(given.step_timeout_ms)),
        targets: new NvmetTargets(configfs),
        keys: given.host_keys === undefined ? null : new HostKeys(given.host_keys),
      },
    );
  },
});

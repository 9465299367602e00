import { CONTRACT_VERSION, defineDriver } from 'clinker-driver';
import { LoopbackDriver } from './loopback.driver.js';

export default defineDriver({
  name: 'loopback',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'local',
    multiattach: false,
    readOnlyExports: false,
    // Only processes on this host can reach the files, and the driver restricts none of them.
    accessControl: 'none',
    extend: 'detached',
  },
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['folder'],
    properties: {
      folder: { type: 'string', minLength: 1, description: 'Folder for the volumes.' },
    },
  },
  create: (options) => new LoopbackDriver(String(options.folder)),
});

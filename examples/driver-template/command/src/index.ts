import { CONTRACT_VERSION, defineDriver } from 'clinker-driver';
import { AcmeDriver } from './acme.driver.js';
import { optionsSchema } from './options.js';
import { programTransport } from './program.js';
import { Tool } from './tool.js';

export default defineDriver({
  name: 'acme',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'iSCSI',
    multiattach: true,
    readOnlyExports: false,
    accessControl: 'initiator',
    extend: 'attached',
  },
  optionsSchema,
  create: (options) => new AcmeDriver(new Tool(options, programTransport(options.timeout_s * 1000))),
});

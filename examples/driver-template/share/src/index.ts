import { CONTRACT_VERSION, defineDriver } from 'clinker-driver';
import { AcmeDriver } from './acme.driver.js';
import { Exports } from './exports.js';
import { optionsSchema } from './options.js';
import { programTransport } from './program.js';

export default defineDriver({
  name: 'acme',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'nfs',
    multiattach: true,
    readOnlyExports: false,
    accessControl: 'address',
    extend: 'detached',
  },
  optionsSchema,
  create: (options) => {
    const exports = new Exports(options, programTransport(options.timeout_s * 1000));
    return new AcmeDriver(options, exports);
  },
});

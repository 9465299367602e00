import { CONTRACT_VERSION, defineDriver } from 'clinker-driver';
import { AcmeDriver } from './acme.driver.js';
import { Appliance } from './appliance.js';
import { httpTransport } from './http.js';
import { optionsSchema } from './options.js';

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
  create: (options) => new AcmeDriver(new Appliance(httpTransport(options))),
});

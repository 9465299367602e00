import { join } from 'node:path';
import { CONTRACT_VERSION, defineDriver } from 'clinker-driver';
import { AcmeDriver } from './acme.driver.js';
import { optionsSchema } from './options.js';
import { programTransport } from './program.js';
import { TargetFiles } from './target-files.js';
import { TgtStorage } from './tgt-storage.js';

export default defineDriver({
  name: 'acme',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'iSCSI',
    multiattach: true,
    readOnlyExports: false,
    accessControl: 'initiator',
    extend: 'detached',
  },
  optionsSchema,
  create: (options, { stateFolder }) => {
    const files = new TargetFiles(join(stateFolder, 'targets'));
    return new AcmeDriver(new TgtStorage(options, files, programTransport(options.timeout_s * 1000)));
  },
});

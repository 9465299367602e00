/** The fake driver with fault injection in each call, and points at which the server can be killed. */
import fake from '../../../dist/drivers/fake/fake.driver.js';
import { call, loseExportBy } from './step-counter.mjs';

const CALLS = [
  'createVolume',
  'deleteVolume',
  'extendVolume',
  'createExport',
  'ensureExport',
  'removeExport',
  'initializeConnection',
  'terminateConnection',
  'fenceConnection',
  'inspect',
];

export default {
  ...fake,
  create: (options, host) => {
    const driver = fake.create(options, host);
    const removeExport = driver.removeExport.bind(driver);
    const signal = new AbortController().signal;
    loseExportBy((id) =>
      removeExport({ id, name: `volume-${id}`, exportDetails: null }, { signal, requestId: '' }),
    );
    for (const name of CALLS) {
      const method = driver[name].bind(driver);
      driver[name] = (...args) => call(name, args.at(-1).signal, () => method(...args));
    }
    return driver;
  },
};

/** The fake driver for several servers: one folder is the storage of all, and each call reads it anew. */
import { setTimeout as sleep } from 'node:timers/promises';
import fake from '../../../dist/drivers/fake/fake.driver.js';

const { properties } = fake.optionsSchema;

const CALLS = [
  ...['createVolume', 'deleteVolume', 'extendVolume', 'createExport', 'ensureExport', 'removeExport'],
  ...['initializeConnection', 'terminateConnection', 'fenceConnection', 'inspect', 'listExports', 'getStats'],
];

async function read(onFolder) {
  for (;;) {
    const driver = fake.create(...onFolder);
    try {
      await driver.setup();
      return driver;
    } catch (error) {
      // Another server has removed one of the files since they were listed.
      if (error.cause?.code !== 'ENOENT') throw error;
    }
  }
}

export default {
  ...fake,
  optionsSchema: { ...fake.optionsSchema, properties: { ...properties, folder: { type: 'string' } } },
  create: ({ folder, latency_ms: latencyMs, ...options }, host) => {
    const onFolder = [
      { ...options, latency_ms: {} },
      { ...host, stateFolder: folder },
    ];
    const driver = fake.create(...onFolder);
    driver.setup = async () => void (await read(onFolder));
    for (const name of CALLS) {
      driver[name] = async (...args) => {
        await sleep(latencyMs[name] ?? 0);
        return (await read(onFolder))[name](...args);
      };
    }
    return driver;
  },
};

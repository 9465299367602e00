/** The fake driver for several servers with one folder as their shared storage. */
import fake from '../../../dist/drivers/fake/fake.driver.js';

const { properties } = fake.optionsSchema;

export default {
  ...fake,
  optionsSchema: { ...fake.optionsSchema, properties: { ...properties, folder: { type: 'string' } } },
  create: ({ folder, ...options }, host) => fake.create(options, { ...host, stateFolder: folder }),
};

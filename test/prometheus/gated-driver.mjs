/**
 * The fake driver, except that its calls about connections get no answer while the file named by the option "gate" is
 * there, whatever their callers abort: a storage that hangs until somebody repairs it.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import fake from '../../dist/drivers/fake/fake.driver.js';

const GATED = new Set(['createExport', 'removeExport', 'initializeConnection', 'terminateConnection']);

export default {
  ...fake,
  name: 'gated',
  optionsSchema: {
    ...fake.optionsSchema,
    required: ['gate'],
    properties: {
      ...fake.optionsSchema.properties,
      gate: { type: 'string', description: 'File whose presence makes calls hang.' },
    },
  },
  create: ({ gate, ...options }, host) => {
    const driver = fake.create(options, host);
    return new Proxy(driver, {
      get(target, name) {
        const member = target[name];
        if (typeof member !== 'function') return member;
        if (!GATED.has(name)) return member.bind(target);
        return async (...args) => {
          while (existsSync(gate)) await delay(50);
          return member.apply(target, args);
        };
      },
    });
  },
};

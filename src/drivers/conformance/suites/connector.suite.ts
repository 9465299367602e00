import assert from 'node:assert/strict';
import { isDriverError, type Connector, type JsonValue } from '../../contract/index.js';
import { refusesAtOnce, thrownBy } from '../assertions.js';
import type { ConformanceSuite, ConformanceTest } from '../conformance-test.js';
import { frozen } from '../plain-data.js';

/** Keys that os-brick sends, with whatever a client may put there instead. */
const USUAL_KEYS = ['host', 'ip', 'initiator', 'multipath', 'wwpns', 'nqn', 'platform', 'os_type'];
const ODD_VALUES: readonly JsonValue[] = [
  null,
  '',
  0,
  -1.5,
  true,
  [],
  [null],
  {},
  { a: [] },
  '\u0000',
  '../..',
];

/** What cannot be the name of anything. */
const GARBLED: readonly JsonValue[] = [42, true, ['text'], { text: 'text' }];

export const connectors: ConformanceSuite = {
  title: 'connectors',
  tests: ({ requiredConnectorKeys }) => [
    {
      title: 'a complete connector is accepted, with keys that the driver does not know',
      run: async ({ driver, options }) => {
        driver.validateConnector(frozen({ ...options.connector(1), 'x-unknown': { deep: [1, null] } }));
        return Promise.resolve();
      },
    },
    {
      title: 'validateConnector answers at once, not by a promise',
      run: async ({ driver, options }) => {
        const validate: (connector: Connector) => unknown = (connector) =>
          driver.validateConnector(connector);
        const result = validate(frozen(options.connector(1)));
        await result;
        assert.equal(result, undefined);
      },
    },
    {
      title: 'odd values are accepted or refused as INVALID_CONNECTOR, and nothing else',
      run: async ({ driver, options }) => {
        for (const key of USUAL_KEYS) {
          for (const value of ODD_VALUES) {
            const connector = frozen({ ...options.connector(1), [key]: value });
            const error = thrownBy(() => driver.validateConnector(connector));
            const told = `${key} = ${JSON.stringify(value)} is refused with ${String(error)}`;
            assert.ok(error === null || (isDriverError(error) && error.code === 'INVALID_CONNECTOR'), told);
          }
        }
        return Promise.resolve();
      },
    },
    ...requiredConnectorKeys.flatMap(requiredKey),
  ],
};

function requiredKey(key: string): ConformanceTest[] {
  return [
    {
      title: `a connector without ${key} is refused, and the error names the key`,
      run: async ({ driver, options }) => {
        const connector = { ...options.connector(1) };
        Reflect.deleteProperty(connector, key);
        const error = refusesAtOnce('INVALID_CONNECTOR', () => driver.validateConnector(frozen(connector)));
        assert.equal(error.field, key);
        return Promise.resolve();
      },
    },
    {
      title: `a connector whose ${key} is no text is refused, and the error names the key`,
      run: async ({ driver, options }) => {
        for (const value of GARBLED) {
          const connector = frozen({ ...options.connector(1), [key]: value });
          const error = refusesAtOnce('INVALID_CONNECTOR', () => driver.validateConnector(connector));
          assert.equal(error.field, key);
        }
        return Promise.resolve();
      },
    },
  ];
}

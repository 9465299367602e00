import assert from 'node:assert/strict';
import { isDriverError, type Connector, type JsonValue } from '../../contract/index.js';
import { refusesAtOnce, thrownBy } from '../assertions.js';
import type { ConformanceSuite, ConformanceTest } from '../conformance-test.js';
import { frozen } from '../plain-data.js';

/** Keys that os-brick sends; clients may send odd values for them. */
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

/** Values that cannot be a name. */
const GARBLED: readonly JsonValue[] = [42, true, ['text'], { text: 'text' }];

export const connectors: ConformanceSuite = {
  title: 'connectors',
  tests: ({ requiredConnectorKeys }) => [
    {
      title: 'a complete connector is accepted, even with unknown keys',
      rule: 'connector',
      cause:
        'the connector is checked against a list of known keys, or a key is required that hosts do not send',
      run: async ({ driver, options }) => {
        driver.validateConnector(frozen({ ...options.connector(1), 'x-unknown': { deep: [1, null] } }));
        return Promise.resolve();
      },
    },
    {
      title: 'validateConnector is synchronous',
      rule: 'validateConnector',
      cause: 'the method is declared `async`',
      run: async ({ driver, options }) => {
        const validate: (connector: Connector) => unknown = (connector) =>
          driver.validateConnector(connector);
        const result = validate(frozen(options.connector(1)));
        await result;
        assert.equal(result, undefined);
      },
    },
    {
      title: 'unusual values are either accepted or rejected with INVALID_CONNECTOR',
      rule: 'connector',
      cause: 'a value is used as a string before its type is checked',
      run: async ({ driver, options }) => {
        for (const key of USUAL_KEYS) {
          for (const value of ODD_VALUES) {
            const connector = frozen({ ...options.connector(1), [key]: value });
            const error = thrownBy(() => driver.validateConnector(connector));
            const told = `${key} = ${JSON.stringify(value)} is rejected with ${String(error)}`;
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
      title: `a connector without ${key} is rejected, and the error names the key`,
      rule: 'validateConnector',
      cause: 'the key is not checked, or the DriverError is thrown without `field`',
      run: async ({ driver, options }) => {
        const connector = { ...options.connector(1) };
        Reflect.deleteProperty(connector, key);
        const error = refusesAtOnce('INVALID_CONNECTOR', () => driver.validateConnector(frozen(connector)));
        assert.equal(error.field, key);
        return Promise.resolve();
      },
    },
    {
      title: `a connector whose ${key} is not a string is rejected, and the error names the key`,
      rule: 'connector',
      cause: 'only the presence of the key is checked, not its type',
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

import assert from 'node:assert/strict';
import type { ConformanceSuite } from '../conformance-test.js';
import { METHODS } from '../methods.js';

export const definition: ConformanceSuite = {
  title: 'definition',
  tests: () => [
    {
      title: 'the driver has every method that the contract and its capabilities require',
      rule: 'methods',
      cause: 'a method is misspelt, or a capability is declared without its method',
      run: async ({ driver, options: { capabilities } }) => {
        const wanted = [
          ...METHODS,
          ...(capabilities.extend === 'none' ? [] : (['extendVolume'] as const)),
          ...(capabilities.fence === true ? (['fenceConnection'] as const) : []),
        ];
        const missing = wanted.filter((method) => typeof driver[method] !== 'function');
        assert.deepEqual(missing, [], 'methods are missing');
        return Promise.resolve();
      },
    },
    {
      title: 'the capabilities have the values that the contract names',
      rule: 'capabilities',
      cause: 'a capability is left out or misspelt',
      run: async ({ options: { capabilities } }) => {
        const { storageProtocol, multiattach, readOnlyExports, accessControl, extend, fence } = capabilities;
        assert.ok(
          typeof storageProtocol === 'string' && storageProtocol !== '',
          'storageProtocol is no text',
        );
        assert.equal(typeof multiattach, 'boolean', 'multiattach is neither true nor false');
        assert.equal(typeof readOnlyExports, 'boolean', 'readOnlyExports is neither true nor false');
        assert.ok(
          ['initiator', 'nqn', 'address', 'none'].includes(accessControl),
          'accessControl has another value',
        );
        assert.ok(['none', 'detached', 'attached'].includes(extend), 'extend has another value');
        assert.ok(fence === undefined || typeof fence === 'boolean', 'fence is neither true nor false');
        return Promise.resolve();
      },
    },
  ],
};

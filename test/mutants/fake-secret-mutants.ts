import { DriverError, type JsonObject } from '../../src/drivers/contract/index.js';
import { secretsIn } from '../../src/drivers/conformance/secrets.js';
import type { FakeMutant } from './mutant.js';

/** Text around a credential that is not one. */
const told = (secret: string | undefined) => new DriverError('NOT_FOUND', `cannot log in: ${String(secret)}`);

/** Fails as the intact driver does, but with an error that has the export's password somewhere. */
function leakingError(withSecret: (password: string) => Error): FakeMutant['change'] {
  return (intact) => ({
    initializeConnection: async (volume, connection, others, call) => {
      try {
        return await intact.initializeConnection(volume, connection, others, call);
      } catch {
        throw withSecret(secretsIn(volume.exportDetails)[0] ?? '');
      }
    },
  });
}

/** Faults in how credentials are made, kept and shown. */
export const FAKE_SECRET_MUTANTS: readonly FakeMutant[] = [
  {
    fault: 'tells a secret in an error',
    caughtBy: 'error messages contain no credentials',
    change: (intact) => ({
      initializeConnection: async (volume, connection, others, call) => {
        try {
          return await intact.initializeConnection(volume, connection, others, call);
        } catch {
          throw new DriverError('NOT_FOUND', `cannot log in: ${JSON.stringify(volume.exportDetails)}`);
        }
      },
    }),
  },

  {
    fault: 'gives every export the same credentials',
    caughtBy: 'a new export has new credentials',
    change: (intact) => ({
      initializeConnection: async (volume, connection, others, call) => {
        const info = await intact.initializeConnection(volume, connection, others, call);
        return { ...info, data: { ...info.data, auth_password: 'constant' } };
      },
    }),
  },

  {
    fault: 'restores an export with other credentials',
    caughtBy: 'ensureExport restores a lost export with its hosts and credentials',
    change: (intact) => ({
      ensureExport: (volume, connections, call) =>
        intact.ensureExport({ ...volume, exportDetails: null }, connections, call),
    }),
  },
  {
    fault: 'tells a secret in the cause of an error',
    caughtBy: 'error messages contain no credentials',
    change: leakingError(
      (password) => new DriverError('NOT_FOUND', 'cannot log in', { cause: new Error(`login ${password}`) }),
    ),
  },
  {
    fault: 'keeps a whole request in a property of an error',
    caughtBy: 'initializeConnection after removeExport is NOT_FOUND',
    change: leakingError((password) =>
      Object.assign(new DriverError('NOT_FOUND', 'cannot log in'), { request: { body: { password } } }),
    ),
  },
  {
    fault: 'tells a secret in base 64, as HTTP has it in its headers',
    caughtBy: 'error messages contain no credentials',
    change: leakingError((password) => told(Buffer.from(`somebody:${password}`).toString('base64'))),
  },
  {
    fault: 'tells a secret in the stack of an error',
    caughtBy: 'error messages contain no credentials',
    change: leakingError((password) =>
      Object.assign(told(undefined), { stack: `Error\n    at login ("${password}")` }),
    ),
  },
  {
    fault: 'logs the password that it makes',
    caughtBy: 'a new export admits no host',
    change: (intact, { log }) => ({
      createExport: async (...args) => {
        const details = await intact.createExport(...args);
        log.info('exported', { details: `target ${JSON.stringify(details)}` });
        return details;
      },
    }),
  },
  {
    fault: 'puts the password into an address that hosts get',
    caughtBy: 'connection information contains the protocol and its data',
    change: (intact) => ({
      initializeConnection: async (...args) => {
        const info = await intact.initializeConnection(...args);
        return {
          ...info,
          data: { ...info.data, address: `iscsi://user:${secretsIn(info.data).join()}@host` },
        };
      },
    }),
  },
  {
    fault: 'reports a password with the state of the volume',
    caughtBy: 'inspect reads the backend, not the given exportDetails',
    change: (intact) => ({
      inspect: async (volume, call) => ({
        ...(await intact.inspect(volume, call)),
        details: volume.exportDetails,
      }),
    }),
  },
  {
    fault: 'tells the token of its options when the backend refuses',
    caughtBy: 'createExport of an unknown volume is NOT_FOUND',
    options: { api_token: 'a-token-of-the-array' },
    change: () => ({
      createExport: () =>
        Promise.reject(new DriverError('NOT_FOUND', 'GET /volumes X-Auth-Token: a-token-of-the-array')),
    }),
  },
  {
    fault: 'tells a password that no call returns when the backend refuses',
    caughtBy: 'createExport of an unknown volume is NOT_FOUND',
    change: () => ({
      createExport: () =>
        Promise.reject(new DriverError('NOT_FOUND', 'no such volume: {"password":"9M1x7Qe2Lr"}')),
    }),
  },
  {
    fault: 'restores an export with the credentials of its own record',
    caughtBy: 'a restored export has the credentials of exportDetails, and nothing else shows them',
    change: (intact) => {
      const records = new Map<string, JsonObject>();
      return {
        createExport: async (volume, connection, call) => {
          const details = await intact.createExport(volume, connection, call);
          records.set(volume.id, details);
          return details;
        },
        ensureExport: (volume, connections, call) =>
          intact.ensureExport(
            { ...volume, exportDetails: records.get(volume.id) ?? null },
            connections,
            call,
          ),
      };
    },
  },
];

import { describe, expect, it } from '@jest/globals';
import { BackendFailure, Conflict, InvalidInput, NotSupported } from '../../platform/errors.js';
import { DriverError, type Connection, type DriverErrorCode, type VolumeRef } from '../contract/index.js';
import fake from '../fake/fake.driver.js';
import { Backend } from './backend.js';
import type { AnyDriver, BackendSession } from './backend-session.js';
import { checkOptions } from './driver-options.js';

const VOLUME: VolumeRef = {
  id: '6f519a48-3183-46cf-a32f-41815f813986',
  name: 'volume-6f519a48-3183-46cf-a32f-41815f813986',
  sizeGib: 1,
  projectId: 'p',
  exportDetails: null,
};
const CONNECTION: Connection = {
  attachmentId: 'a1',
  connector: { host: 'h', initiator: 'iqn.1994-05.com.example:1', nested: { list: [1] } },
  mode: 'rw',
};
const log = { info: () => undefined, warn: () => undefined };
const checked = checkOptions(fake.optionsSchema, { persist: false });

/** Matches an error by class and message, whatever its cause. */
function like(type: { readonly name: string }, message: string): Error {
  return expect.objectContaining({ name: type.name, message }) as unknown as Error;
}

/** A session of a backend whose driver is the fake one with methods replaced. */
function session<T>(
  replaced: Partial<AnyDriver>,
  work: (session: BackendSession) => Promise<T>,
  secrets: readonly string[] = [],
): Promise<T> {
  if ('problem' in checked) throw new Error(checked.problem);
  const driver = fake.create(checked.options, { backendName: 'b1', stateFolder: '', log });
  const backend = new Backend({
    name: 'b1',
    driver: Object.assign(driver, replaced),
    definition: fake,
    timeoutMs: 5_000,
    abortGraceMs: 100,
    log,
    secrets,
  });
  return backend.exclusively(VOLUME.id, 'req-1', work);
}

/** Returns the caller's error when createExport fails with this one. */
async function failureFrom(
  thrown: unknown,
  volume: VolumeRef = VOLUME,
  secrets: readonly string[] = [],
): Promise<Error> {
  const reject = (): Promise<never> => {
    throw thrown;
  };
  const failing = session({ createExport: reject }, (s) => s.createExport(volume, CONNECTION), secrets);
  return failing.then(
    () => new Error('no failure'),
    (error: unknown) => error as Error,
  );
}

describe('a driver error becomes a domain error by its code', () => {
  it.each<[DriverErrorCode, typeof BackendFailure, string]>([
    ['INVALID_CONNECTOR', InvalidInput, 'Invalid input received: why'],
    ['FAILED_PRECONDITION', Conflict, 'Backend b1: createExport is not possible now: why'],
    ['UNSUPPORTED', NotSupported, 'Backend b1: createExport is not supported: why'],
    ['NOT_FOUND', BackendFailure, 'Backend b1: createExport failed: why'],
    ['RESOURCE_EXHAUSTED', BackendFailure, 'Backend b1: createExport failed: why'],
    ['BUSY', BackendFailure, 'Backend b1: createExport failed: why'],
    ['UNAVAILABLE', BackendFailure, 'Backend b1: createExport failed: why'],
    ['INTERNAL', BackendFailure, 'Backend b1: createExport failed: why'],
  ])('%s', async (code, type, message) => {
    const cause = new DriverError(code, 'why');
    const failure = await failureFrom(cause);
    expect(failure).toBeInstanceOf(type);
    expect(failure.message).toBe(message);
    expect(failure.cause).toBe(cause);
  });

  it('also when it comes from another copy of the contract', async () => {
    const foreign = Object.assign(new Error('why'), {
      [Symbol.for('clinker.driver.error')]: true,
      code: 'UNSUPPORTED',
    });
    expect(await failureFrom(foreign)).toBeInstanceOf(NotSupported);
  });

  it("in Cinder's words when the connector lacks the key", async () => {
    const failure = await failureFrom(new DriverError('INVALID_CONNECTOR', 'no wwpns', { field: 'wwpns' }));
    expect(failure.message).toBe(
      "Invalid input received: Connector doesn't have required information: wwpns",
    );
  });

  it('with the words of the driver, if it says more than that', async () => {
    const thrown = new DriverError('INVALID_CONNECTOR', 'zone FC7 needs its ports, token=hunter2', {
      field: 'wwpns',
    });
    expect((await failureFrom(thrown)).message).toBe(
      "Invalid input received: Connector doesn't have required information: wwpns (zone FC7 needs its ports, token=***)",
    );
  });

  it.each([[new TypeError('x is undefined')], ['text'], [undefined], [null]])(
    'or into a failure without details for anything else: %p',
    async (thrown) => {
      const failure = await failureFrom(thrown);
      expect(failure).toBeInstanceOf(BackendFailure);
      expect(failure.message).toBe('Backend b1: createExport failed unexpectedly.');
      expect(failure.cause).toBe(thrown);
    },
  );

  it('as one line of bounded length', async () => {
    const failure = await failureFrom(new DriverError('BUSY', `first\nsecond ${'x'.repeat(10_000)}`));
    expect(failure.message).toMatch(/^Backend b1: createExport failed: first second x+…$/);
    expect(failure.message.length).toBeLessThan(600);
  });

  it('that says so when the driver cannot extend', async () => {
    const withoutExtend: Partial<AnyDriver> = Object.fromEntries([['extendVolume', undefined]]);
    await expect(session(withoutExtend, (s) => s.extendVolume(VOLUME, 2))).rejects.toThrow(NotSupported);
  });
});

describe('secrets stay out of messages and causes', () => {
  const details = { auth_password: 'hunter2hunter2', portal: 'p' };
  const texts = (failure: Error) => `${failure.message} ${String((failure.cause as Error).stack)}`;

  it('when the volume was exported earlier', async () => {
    const thrown = new DriverError('INTERNAL', 'tgtadm says hunter2hunter2');
    const failure = await failureFrom(thrown, { ...VOLUME, exportDetails: details });
    expect(failure.message).toBe('Backend b1: createExport failed: tgtadm says ***');
    expect(texts(failure)).not.toContain('hunter2');
    expect(failure.cause).toMatchObject({ code: 'INTERNAL' });
  });

  it('when the session itself made the export', async () => {
    const leaking: Partial<AnyDriver> = {
      createExport: () => Promise.resolve(details),
      initializeConnection: () => Promise.reject(new Error('hunter2hunter2')),
    };
    const failing = session(leaking, async (s) => {
      await s.createExport(VOLUME, CONNECTION);
      await s.initializeConnection(VOLUME, CONNECTION, []);
    });
    const failure = await failing.catch((error: unknown) => error as Error);
    expect(texts(failure as Error)).not.toContain('hunter2');
  });

  it('when they are secrets of the configuration, or look like secrets', async () => {
    const thrown = new DriverError('INTERNAL', 'login s4n-secret-value refused, token=abcdef');
    const failure = await failureFrom(thrown, VOLUME, ['s4n-secret-value']);
    expect(failure.message).toBe('Backend b1: createExport failed: login *** refused, token=***');
    expect(texts(failure)).not.toMatch(/s4n-secret-value|abcdef/);
  });
});

describe('results', () => {
  it.each([
    ['createExport', undefined, 'the result is of type undefined, which JSON cannot represent'],
    ['createExport', 'text', 'the result is not an object'],
    ['createExport', [], 'the result is not an object'],
    ['createExport', { at: new Date(0) }, 'the result.at is an instance of a class, not plain data'],
    ['createExport', { n: [Number.NaN] }, 'the result.n[0] is NaN, which JSON cannot represent'],
    ['ensureExport', null, 'the result is not an object'],
    ['initializeConnection', { data: {} }, 'driver_volume_type is not a non-empty string'],
    [
      'initializeConnection',
      { driver_volume_type: '', data: {} },
      'driver_volume_type is not a non-empty string',
    ],
    ['initializeConnection', { driver_volume_type: 'iscsi' }, 'data is not an object'],
    ['initializeConnection', { driver_volume_type: 'iscsi', data: [] }, 'data is not an object'],
    [
      'initializeConnection',
      { driver_volume_type: 'nfs', data: {}, mount_point_base: 1 },
      'mount_point_base is not a string',
    ],
    ['inspect', { exists: 1, exported: false, admitted: null }, 'exists is not a boolean'],
    ['inspect', { exists: true, admitted: null }, 'exported is not a boolean'],
    ['inspect', { exists: true, exported: true }, 'admitted is neither null nor a list of strings'],
  ] as const)('of %s are checked: %j', async (call, result, reason) => {
    const calls = {
      createExport: (s: BackendSession) => s.createExport(VOLUME, CONNECTION),
      ensureExport: (s: BackendSession) => s.ensureExport(VOLUME, [CONNECTION]),
      initializeConnection: (s: BackendSession) => s.initializeConnection(VOLUME, CONNECTION, []),
      inspect: (s: BackendSession) => s.inspect(VOLUME),
    };
    const work: (s: BackendSession) => Promise<unknown> = calls[call];
    await expect(session({ [call]: () => Promise.resolve(result) }, work)).rejects.toThrow(
      like(BackendFailure, `Backend b1: ${call} of driver fake returned an invalid result: ${reason}.`),
    );
  });

  it('reach the caller as frozen copies', async () => {
    const kept = { nested: { list: ['a'] } };
    const result = await session({ createExport: () => Promise.resolve(kept) }, (s) =>
      s.createExport(VOLUME, CONNECTION),
    );
    kept.nested.list.push('b');
    expect(result).toEqual({ nested: { list: ['a'] } });
    expect(Object.isFrozen((result.nested as typeof kept.nested).list)).toBe(true);
  });

  it('of connections hold the known keys only', async () => {
    const answer = {
      driver_volume_type: 'nfs',
      data: { export: 'h:/p' },
      mount_point_base: '/mnt',
      extra: 1,
    };
    const result = await session({ initializeConnection: () => Promise.resolve(answer) }, (s) =>
      s.initializeConnection(VOLUME, CONNECTION, []),
    );
    expect(result).toEqual({ driver_volume_type: 'nfs', data: { export: 'h:/p' }, mount_point_base: '/mnt' });
  });

  it('of calls that return nothing count for nothing', async () => {
    const answer = () => Promise.resolve('x' as unknown as undefined);
    const call = session({ createVolume: answer }, (s) => s.createVolume(VOLUME));
    await expect(call).resolves.toBeUndefined();
  });
});

describe('arguments', () => {
  it('reach the driver as frozen copies, with the request id and a signal', async () => {
    const seen: unknown[] = [];
    const initializeConnection: AnyDriver['initializeConnection'] = (...args) => {
      seen.push(...args);
      return Promise.resolve({ driver_volume_type: 'iscsi', data: {} });
    };
    await session({ initializeConnection }, (s) => s.initializeConnection(VOLUME, CONNECTION, [CONNECTION]));
    const [volume, connection, others, call] = seen as Parameters<AnyDriver['initializeConnection']>;
    expect([volume, connection, others]).toEqual([VOLUME, CONNECTION, [CONNECTION]]);
    expect(connection).not.toBe(CONNECTION);
    expect(Object.isFrozen(connection.connector.nested)).toBe(true);
    expect(Object.isFrozen(others)).toBe(true);
    expect(Object.isFrozen(volume)).toBe(true);
    expect(call.requestId).toBe('req-1');
    expect(call.signal.aborted).toBe(false);
  });
});

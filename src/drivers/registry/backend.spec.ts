import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BackendFailure, InvalidInput } from '../../platform/errors.js';
import { DriverError, type JsonObject, type VolumeRef } from '../contract/index.js';
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
const OTHER: VolumeRef = { ...VOLUME, id: '11111111-2222-3333-4444-555555555555' };

const TIMEOUT_MS = 1_000;
const GRACE_MS = 300;

const warnings: string[] = [];
const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };

/** Matches an error by class and message, whatever its cause. */
function like(type: { readonly name: string }, message: string): Error {
  return expect.objectContaining({ name: type.name, message }) as unknown as Error;
}

/** A backend over the fake driver, with scripted faults or with methods replaced. */
function backendWith(options: JsonObject = {}, replaced: Partial<AnyDriver> = {}): Backend {
  const checked = checkOptions(fake.optionsSchema, { persist: false, ...options });
  if ('problem' in checked) throw new Error(checked.problem);
  const driver = fake.create(checked.options, { backendName: 'b1', stateFolder: '', log });
  return new Backend({
    name: 'b1',
    driver: Object.assign(driver, replaced),
    definition: fake,
    timeoutMs: TIMEOUT_MS,
    abortGraceMs: GRACE_MS,
    log,
  });
}

function within<T>(
  backend: Backend,
  work: (session: BackendSession) => Promise<T>,
  volume = VOLUME,
): Promise<T> {
  return backend.exclusively(volume.id, 'req-1', work);
}

const hang = (call: string, more: JsonObject = {}) => ({ faults: [{ call, hang: true, ...more }] });

beforeEach(() => {
  jest.useFakeTimers();
  warnings.length = 0;
});
afterEach(() => void jest.useRealTimers());

describe('the lock of a volume', () => {
  it('runs works one after another in the order in which they came', async () => {
    const slow = () => new Promise<void>((resolve) => void setTimeout(resolve, 10));
    const backend = backendWith({}, { createVolume: slow });
    const steps: string[] = [];
    const works = ['a', 'b', 'c'].map((name) =>
      within(backend, async (session) => {
        steps.push(`${name} begins`);
        await session.createVolume(VOLUME);
        steps.push(`${name} ends`);
      }),
    );
    await jest.advanceTimersByTimeAsync(30);
    await Promise.all(works);
    expect(steps).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('does not hold up other volumes', async () => {
    const backend = backendWith(hang('createVolume', { volume: VOLUME.id }));
    const stuck = within(backend, (session) => session.createVolume(VOLUME)).catch(() => 'stuck');
    await expect(within(backend, (session) => session.createVolume(OTHER), OTHER)).resolves.toBeUndefined();
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    await expect(stuck).resolves.toBe('stuck');
  });

  it('is given back after a work that throws, and hands on what it threw', async () => {
    const backend = backendWith();
    const mine = new RangeError('mine');
    await expect(within(backend, () => Promise.reject(mine))).rejects.toBe(mine);
    const thrower = () => {
      throw mine;
    };
    await expect(within(backend, thrower)).rejects.toBe(mine);
    await expect(within(backend, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('is waited for no longer than the timeout; the work then never runs', async () => {
    const backend = backendWith();
    let finish!: () => void;
    const first = within(backend, () => new Promise<void>((resolve) => (finish = resolve)));
    const work = jest.fn(() => Promise.resolve());
    const second = expect(within(backend, work)).rejects.toThrow(
      like(BackendFailure, `Backend b1 is busy with volume ${VOLUME.id}.`),
    );
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    await second;
    finish();
    await first;
    await within(backend, () => Promise.resolve());
    expect(work).not.toHaveBeenCalled();
  });

  it('outlasts a call that timed out until the driver has settled', async () => {
    let settle!: () => void;
    const backend = backendWith(
      {},
      { deleteVolume: () => new Promise<void>((resolve) => (settle = resolve)) },
    );
    const refused = expect(within(backend, (session) => session.deleteVolume(VOLUME))).rejects.toThrow(
      'Backend b1: deleteVolume did not answer within 1000 ms.',
    );
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    await refused;
    let entered = false;
    const next = within(backend, () => Promise.resolve((entered = true)));
    await jest.advanceTimersByTimeAsync(GRACE_MS - 1);
    expect(entered).toBe(false);
    settle();
    await next;
    expect(warnings).toEqual(['a timed-out driver call ended late']);
  });

  it('is given back after the grace when the driver never settles', async () => {
    const backend = backendWith({}, { deleteVolume: () => new Promise(() => undefined) });
    const refused = expect(within(backend, (session) => session.deleteVolume(VOLUME))).rejects.toThrow(
      BackendFailure,
    );
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    await refused;
    const next = within(backend, () => Promise.resolve('in'));
    await jest.advanceTimersByTimeAsync(GRACE_MS);
    await expect(next).resolves.toBe('in');
    expect(warnings).toEqual(['an aborted driver call never ended']);
  });
});

describe('a session', () => {
  it('starts a call only when the driver is through with the one before', async () => {
    const calls: string[] = [];
    const backend = backendWith(
      {},
      {
        createExport: (_volume, _connection, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              setTimeout(() => {
                calls.push('createExport settles');
                reject(new Error('aborted'));
              }, 100);
            });
          }),
        removeExport: () => {
          calls.push('removeExport begins');
          return Promise.resolve();
        },
      },
    );
    const work = within(backend, async (session) => {
      const connection = { attachmentId: 'a', connector: {}, mode: 'rw' } as const;
      await session.createExport(VOLUME, connection).catch(() => undefined);
      await session.removeExport(VOLUME);
    });
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS + 100);
    await work;
    expect(calls).toEqual(['createExport settles', 'removeExport begins']);
  });

  it('is of no use after its work', async () => {
    const backend = backendWith();
    const session = await within(backend, (given) => Promise.resolve(given));
    await expect(session.createVolume(VOLUME)).rejects.toThrow('after the lock');
  });

  it('refuses a volume that is not the locked one', async () => {
    await expect(within(backendWith(), (session) => session.createVolume(OTHER))).rejects.toThrow(
      `while ${VOLUME.id} is the locked one`,
    );
  });
});

describe('a call that reports progress', () => {
  const working = async (parts: number, { progress }: { readonly progress?: () => void }) => {
    for (let part = 0; part < parts; part += 1) {
      await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS - 1));
      progress?.();
    }
  };

  it.each(['createVolume', 'deleteVolume', 'extendVolume'] as const)(
    'may take longer than the timeout where it is as long as the volume is large: %s',
    async (name) => {
      const backend = backendWith(
        {},
        {
          createVolume: (_volume, call) => working(20, call),
          deleteVolume: (_volume, call) => working(20, call),
          extendVolume: (_volume, _size, call) => working(20, call),
        },
      );
      const answer = within(backend, (session) => session[name](VOLUME, 2));
      await jest.advanceTimersByTimeAsync(20 * TIMEOUT_MS);
      await expect(answer).resolves.toBeUndefined();
    },
  );

  it('has the timeout alone where a host waits', async () => {
    const backend = backendWith({}, { removeExport: (_volume, call) => working(2, call) });
    const answer = within(backend, (session) => session.removeExport(VOLUME));
    const refusal = expect(answer).rejects.toThrow('removeExport did not answer within 1000 ms');
    await jest.advanceTimersByTimeAsync(2 * TIMEOUT_MS);
    await refusal;
  });
});

describe('calls without a volume', () => {
  const ID = '8e03978e-40d5-43e8-bc93-6894a57f9324';
  const EXPORTED = { volumeId: ID, admitted: null };
  const FIRST = { after: null, limit: 2 };
  const calling = (backend: Backend, call: 'setup' | 'teardown' | 'getStats' | 'listExports') =>
    call === 'listExports' ? backend.listExports(FIRST, 'req-1') : backend[call]('req-1');

  it('tell capacity and exports', async () => {
    const backend = backendWith({ capacity_gib: 10 });
    await within(backend, (session) => session.createVolume(VOLUME));
    await expect(backend.getStats('req-1')).resolves.toEqual({ totalGib: 10, freeGib: 9 });
    await expect(backend.listExports(FIRST, 'req-1')).resolves.toEqual([]);
    await expect(backend.inspect(VOLUME, 'req-1')).resolves.toMatchObject({ exists: true, exported: false });
  });

  it('setup is bounded in time, and nothing reaches the driver before it has finished', async () => {
    const backend = backendWith(hang('setup'));
    const begun = backend.setup();
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    await begun;
    expect(backend.missing?.reason).toBe('Backend b1: setup did not answer within 1000 ms.');
    expect(backend.isAnswering).toBe(false);
    const refusal = 'Backend b1 does not answer. Try again later.';
    expect(() => backend.assertAccepting()).toThrow(refusal);
    expect(() => backend.validateConnector({})).toThrow(refusal);
    await expect(backend.getStats('req-1')).rejects.toThrow(refusal);
    await expect(backend.listExports(FIRST, 'req-1')).rejects.toThrow(refusal);
    await expect(backend.inspect(VOLUME, 'req-1')).rejects.toThrow(refusal);
    const untouched = () => Promise.reject(new Error('the work has begun'));
    for (const kind of ['request', 'recorded'] as const)
      await expect(backend.exclusively('v', '', untouched, kind)).rejects.toThrow(refusal);
    await backend.teardown();
  });

  it.each(['teardown', 'getStats', 'listExports'] as const)('%s is bounded in time', async (call) => {
    const backend = backendWith(hang(call));
    const refused = expect(calling(backend, call)).rejects.toThrow(
      `Backend b1: ${call} did not answer within 1000 ms.`,
    );
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    await refused;
  });

  it.each([
    ['getStats', { totalGib: '1', freeGib: null }, 'totalGib is neither null nor a number'],
    ['getStats', null, 'the result is not an object'],
    ['listExports', {}, 'the result is not a list'],
    ['listExports', [{ volumeId: 1, admitted: null }], 'volumeId is not a lower-case UUID'],
    ['listExports', [{ volumeId: 'v', admitted: null }], 'volumeId is not a lower-case UUID'],
    ['listExports', [{ volumeId: ID, admitted: [1] }], 'admitted is neither null nor a list of strings'],
    ['listExports', [EXPORTED, EXPORTED], `${ID} comes after ${ID}`],
    ['listExports', [EXPORTED, EXPORTED, EXPORTED], 'the result has more than 2 items'],
  ] as const)('%s that gives %j is a failure of the driver', async (call, result, reason) => {
    const backend = backendWith({}, { [call]: () => Promise.resolve(result) });
    await expect(calling(backend, call)).rejects.toThrow(
      like(BackendFailure, `Backend b1: ${call} of driver fake returned an invalid result: ${reason}.`),
    );
  });
});

describe('validateConnector', () => {
  const initiator = 'iqn.1994-05.com.example:1';

  it("refuses a missing key in Cinder's words", () => {
    expect(() => backendWith().validateConnector({ host: 'h' })).toThrow(
      like(InvalidInput, "Invalid input received: Connector doesn't have required information: initiator"),
    );
  });

  it('names the key that the driver finds wrong, even where its message does not', () => {
    const backend = backendWith(
      {},
      {
        validateConnector: () => {
          throw new DriverError('INVALID_CONNECTOR', 'is too old', { field: 'nqn' });
        },
      },
    );
    expect(() => backend.validateConnector({ nqn: 'x' })).toThrow(
      like(InvalidInput, "Invalid input received: Connector's nqn: is too old"),
    );
  });

  it.each(['host', 'ip', 'initiator'])('bounds and cleans the name %s for every driver', (key) => {
    const backend = backendWith();
    const check = (value: unknown) => () =>
      backend.validateConnector({ initiator, [key]: value as JsonObject });
    expect(check('x'.repeat(255))).not.toThrow();
    expect(check(null)).not.toThrow();
    expect(check('x'.repeat(256))).toThrow(
      like(InvalidInput, `Invalid input received: Connector's ${key} must have at most 255 characters.`),
    );
    expect(check('a\nb')).toThrow(
      like(InvalidInput, `Invalid input received: Connector's ${key} must not have control characters.`),
    );
    expect(check({})).toThrow(
      like(InvalidInput, `Invalid input received: Connector's ${key} must be a string.`),
    );
  });

  it('refuses endless nesting', () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 20_000; level += 1) deep = { a: deep };
    expect(() => backendWith().validateConnector({ initiator, deep })).toThrow(InvalidInput);
  });

  it('gives the driver a frozen copy', () => {
    let seen: unknown;
    const backend = backendWith({}, { validateConnector: (connector) => void (seen = connector) });
    const connector = { initiator, nested: { a: [1] } };
    backend.validateConnector(connector);
    expect(seen).toEqual(connector);
    expect(seen).not.toBe(connector);
    expect(Object.isFrozen((seen as typeof connector).nested.a)).toBe(true);
  });

  it('blames a driver that checks asynchronously', () => {
    const rejects = () => Promise.reject(new Error('too late'));
    const backend = backendWith({}, { validateConnector: rejects as unknown as () => void });
    expect(() => backend.validateConnector({ initiator })).toThrow(BackendFailure);
  });
});

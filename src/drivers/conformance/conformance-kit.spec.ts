import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DriverError, exportPage } from '../contract/index.js';
import fake from '../fake/fake.driver.js';
import { checkOptions } from '../registry/driver-options.js';
import { secretsIn } from './secrets.js';
import { runConformance, type ConformanceOptions, type DriverUnderTest } from './index.js';
import { changed } from '../../../test/mutants/mutant.js';

interface Outcome {
  readonly title: string;
  readonly error: unknown;
}

/** Collects the declared tests, runs them one by one and returns their outcomes. */
async function outcomesOf(
  options: Pick<ConformanceOptions, 'create'> & Partial<ConformanceOptions>,
  only = '',
) {
  const declared: { title: string; body: () => Promise<void> }[] = [];
  const skipped: string[] = [];
  runConformance({
    describe: (_title, body) => body(),
    it: Object.assign((title: string, body: () => Promise<void>) => void declared.push({ title, body }), {
      skip: (title: string) => void skipped.push(title),
    }),
    capabilities: fake.capabilities,
    repetitions: 2,
    settleMs: 20,
    promptMs: 200,
    ...options,
  });
  const outcomes: Outcome[] = [];
  for (const { title, body } of declared.filter((one) => one.title.includes(only))) {
    outcomes.push({
      title,
      error: await body().then(
        () => null,
        (error: unknown) => error,
      ),
    });
  }
  return { outcomes, skipped };
}

const checked = checkOptions(fake.optionsSchema, { persist: false });
const log = { info: () => undefined, warn: () => undefined };

function intactFake(): DriverUnderTest {
  if ('problem' in checked) throw new Error(checked.problem);
  return fake.create(checked.options, { backendName: 'fake', stateFolder: '/nonexistent', log });
}

/** The fake driver with some methods replaced. Replacements may call the intact driver. */
function broken(change: (intact: DriverUnderTest) => Partial<DriverUnderTest>): DriverUnderTest {
  const intact = intactFake();
  return changed(intact, change(intact));
}

describe('the conformance kit', () => {
  it('finds nothing wrong with a driver that keeps the contract', async () => {
    const { outcomes } = await outcomesOf({ create: () => Promise.resolve({ driver: intactFake() }) });
    expect(outcomes.length).toBeGreaterThan(40);
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
  });

  it('says why a test does not apply', async () => {
    const { outcomes, skipped } = await outcomesOf({
      capabilities: { ...fake.capabilities, multiattach: false, extend: 'none', accessControl: 'none' },
      create: () => Promise.resolve({ driver: intactFake() }),
    });
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
    expect(skipped).toContain(
      'several hosts are connected at the same time (skipped: the driver has no multiattach)',
    );
    expect(
      skipped.filter((title) => title.endsWith('(skipped: the driver cannot extend volumes)')),
    ).toHaveLength(4);
  });

  it('no longer runs the tests of a method that did not settle in three', async () => {
    const never = () => new Promise<never>(() => undefined);
    const { outcomes } = await outcomesOf({
      limitMs: 500,
      promptMs: 20,
      create: () => Promise.resolve({ driver: broken(() => ({ inspect: never })) }),
    });
    const messages = outcomes.flatMap(({ error }) => (error instanceof Error ? [error.message] : []));
    expect(messages.filter((text) => text.includes('inspect did not settle within'))).toHaveLength(3);
    const notRun = messages.filter((text) => text === 'inspect never settles: the test was not run');
    expect(notRun).toHaveLength(messages.length - 3);
    expect(notRun.length).toBeGreaterThan(50);
  });

  it('gives no hint at a cause when a call rejects unexpectedly', async () => {
    const refused = new DriverError('INTERNAL', 'the array is on fire');
    const { outcomes } = await outcomesOf(
      {
        create: () =>
          Promise.resolve({ driver: broken(() => ({ removeExport: () => Promise.reject(refused) })) }),
      },
      'removeExport can be repeated',
    );
    expect(String(outcomes[0]?.error)).toContain('INTERNAL: the array is on fire');
    expect(String(outcomes[0]?.error)).not.toContain('Likely cause');
  });

  it('names each method that hangs, waits for it briefly from then on, and goes on', async () => {
    const { outcomes } = await outcomesOf({
      limitMs: 500,
      promptMs: 20,
      create: () =>
        Promise.resolve({ driver: broken(() => ({ getStats: () => new Promise(() => undefined) })) }),
    });
    const told = outcomes.flatMap(({ error }) => (error instanceof Error ? [error.message] : []));
    expect(told.length).toBeGreaterThan(2);
    for (const text of told)
      expect(text).toMatch(/getStats did not settle within|getStats never settles: the test was not run/);
    expect(told.filter((text) => text.includes('within 500 ms'))).toHaveLength(1);
    expect(outcomes.filter(({ error }) => error === null).length).toBeGreaterThan(60);
  });

  it('says what was done, which sentence is broken, where it is, and the likely cause', async () => {
    const { outcomes } = await outcomesOf({
      create: () => Promise.resolve({ driver: broken(() => ({ removeExport: () => Promise.resolve() })) }),
    });
    const error = outcomes.find(({ title }) => title === 'removeExport can be repeated')?.error;
    expect(String(error)).toMatch(/createExport\(volume 1, connection 1\) → \{ target_iqn: /);
    expect(String(error)).toContain('removeExport(volume 1 with its export details) → done');
    expect(String(error)).toContain('The contract: "Repeating a call has no further effect');
    expect(String(error)).toContain('docs/conformance.md#idempotency');
    expect(String(error)).toContain('Likely cause: the tool refuses to remove an absent export');
  });

  it('repeats no credentials, control characters or huge texts of a driver', async () => {
    const huge = 'x'.repeat(2_000_000);
    const told: string[] = [];
    const { outcomes } = await outcomesOf(
      {
        create: () =>
          Promise.resolve({
            driver: broken((intact) => ({
              createExport: async (...args) => {
                const details = await intact.createExport(...args);
                told.push(...secretsIn(details));
                return details;
              },
              removeExport: (volume) =>
                Promise.reject(
                  new Error(
                    `\u001b[2J<script>alert(1)</script>${secretsIn(volume.exportDetails).join(' ')} ${huge}`,
                  ),
                ),
            })),
          }),
      },
      'removeExport',
    );
    const errors = outcomes.flatMap(({ error }) => (error instanceof Error ? [error] : []));
    expect(errors.length).toBeGreaterThan(2);
    for (const { message, stack = '', ...more } of errors) {
      expect(message.length).toBeLessThan(150_000);
      expect(message).not.toContain('\u001b');
      expect(told.filter((secret) => `${message}${stack}${JSON.stringify(more)}`.includes(secret))).toEqual(
        [],
      );
    }
    expect(errors.some(({ message }) => message.includes('\\u001b[2J<script>'))).toBe(true);
  });

  it.each<[string, Partial<DriverUnderTest>, string, string]>([
    [
      'inspect',
      {
        inspect: () => Promise.resolve({ exists: true, exported: 'false', admitted: null } as never),
      },
      'exported is not a boolean',
      'inspect',
    ],
    ['listExports', { listExports: () => Promise.resolve({} as never) }, 'the result is not a list', ''],
    [
      'createExport',
      { createExport: () => Promise.resolve(undefined as never) },
      'the result is of type undefined, which JSON cannot represent',
      '',
    ],
  ])(
    'says first that a result of %s has the wrong type, as the server does',
    async (method, change, fault, only) => {
      const { outcomes } = await outcomesOf(
        { create: () => Promise.resolve({ driver: broken(() => change) }) },
        only,
      );
      const messages = outcomes.flatMap(({ error }) => (error instanceof Error ? [error.message] : []));
      expect(messages.length).toBeGreaterThan(3);
      for (const message of messages) {
        const [found, , cause] = message.split('\n');
        expect(found).toBe(`${method} of the driver returned an invalid result: ${fault}`);
        expect(cause).toMatch(/^Likely cause: a value has another type than the contract names/);
      }
    },
  );

  it('finds credentials that no call returned, and repeats none', async () => {
    const texts = ['request failed: {"password":"9M1xhunter"}', 'password=oY2shunter'];
    const { outcomes } = await outcomesOf(
      {
        create: () => {
          let count = 0;
          return Promise.resolve({
            driver: broken(() => ({
              createExport: () => Promise.reject(new DriverError('NOT_FOUND', String(texts[count++ % 2]))),
            })),
          });
        },
      },
      'createExport',
    );
    const messages = outcomes.map(({ error }) => (error as Error).message);
    expect(messages.length).toBeGreaterThan(2);
    for (const message of messages) {
      expect(message).toContain('the error of createExport contains a credential');
      expect(message).toMatch(/password"?[=:]\*\*\*/);
      expect(message).not.toContain('hunter');
    }
  });

  it('judges a driver with two thousand exports of others', async () => {
    const others = Array.from({ length: 2_000 }, () => ({ volumeId: randomUUID(), admitted: [] }));
    const { outcomes } = await outcomesOf(
      {
        create: () =>
          Promise.resolve({
            driver: broken((intact) => ({
              listExports: async (page, call) =>
                exportPage(
                  [...others, ...(await intact.listExports({ after: null, limit: 1000 }, call))],
                  page,
                ),
            })),
          }),
      },
      'listExports',
    );
    expect(outcomes.length).toBeGreaterThan(4);
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
  });

  it('does not follow a list of exports that never ends', async () => {
    let count = 0;
    const next = () => {
      count += 1;
      return { volumeId: `00000000-0000-0000-0000-${count.toString().padStart(12, '0')}`, admitted: [] };
    };
    const { outcomes } = await outcomesOf(
      {
        create: () =>
          Promise.resolve({
            driver: broken(() => ({
              listExports: ({ limit }) => Promise.resolve(Array.from({ length: limit }, next)),
            })),
          }),
      },
      'listExports lists exactly the exported volumes',
    );
    expect(String(outcomes[0]?.error)).toContain('listExports goes on after 100000 exports');
  });

  it('tears the driver down and cleans up after a test that fails', async () => {
    const steps: string[] = [];
    const { outcomes } = await outcomesOf({
      create: () =>
        Promise.resolve({
          driver: broken(() => ({
            validateConnector: () => undefined,
            teardown: () => Promise.resolve(void steps.push('teardown')),
          })),
          cleanup: () => Promise.resolve(void steps.push('cleanup')),
        }),
    });
    expect(outcomes.some(({ error }) => error !== null)).toBe(true);
    expect(steps).toEqual(outcomes.flatMap(() => ['teardown', 'cleanup']));
  });
});

describe('a driver that is interrupted', () => {
  /** Runs the kit with a fake driver whose createVolume has a step before its work and one after it. */
  async function failedWhenInterrupted(
    failure: Error,
    mayRepeat: (exists: boolean) => boolean,
  ): Promise<readonly string[]> {
    let left = Infinity;
    const step = () => {
      left -= 1;
      if (left === -1) throw failure;
    };
    const make = () =>
      broken((intact) => ({
        createVolume: async (volume, call) => {
          const { exists } = await intact.inspect(volume, call);
          if (!mayRepeat(exists)) throw new DriverError('INTERNAL', 'it exists');
          step();
          await intact.createVolume(volume, call);
          step();
        },
      }));
    const interrupt = (_subject: unknown, at: number) => {
      left = at;
      return () => {
        const cameThatFar = left < 0;
        left = Infinity;
        return cameThatFar;
      };
    };
    const { outcomes } = await outcomesOf({
      create: () => Promise.resolve({ driver: make() }),
      hooks: { interrupt },
    });
    return outcomes.filter(({ error }) => error !== null).map(({ title }) => title);
  }

  const unavailable = new DriverError('UNAVAILABLE', 'interrupted');
  const title =
    'when a step of createVolume fails, the call fails or completes, and repeating it completes it';

  it('passes if it throws a DriverError and continues when called again', async () => {
    expect(await failedWhenInterrupted(unavailable, () => true)).toEqual([]);
  });

  it('is found if it throws anything else, or does not continue', async () => {
    expect(await failedWhenInterrupted(new Error('interrupted'), () => true)).toContain(title);
    expect(await failedWhenInterrupted(unavailable, (exists) => !exists)).toContain(title);
  });
});

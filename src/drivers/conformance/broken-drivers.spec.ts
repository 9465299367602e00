import { describe, expect, it } from '@jest/globals';
import {
  DriverError,
  exportPage,
  type Connector,
  type ExportState,
  type JsonObject,
} from '../contract/index.js';
import fake from '../fake/fake.driver.js';
import { checkOptions } from '../registry/driver-options.js';
import { runConformance, type ConformanceOptions, type DriverUnderTest } from './index.js';

interface Outcome {
  readonly title: string;
  readonly error: unknown;
}

/** Collects the declared tests, runs them one by one and returns their outcomes. */
async function outcomesOf(options: Pick<ConformanceOptions, 'create'> & Partial<ConformanceOptions>) {
  const declared: { title: string; body: () => Promise<void> }[] = [];
  const skipped: string[] = [];
  runConformance({
    describe: (_title, body) => body(),
    it: Object.assign((title: string, body: () => Promise<void>) => void declared.push({ title, body }), {
      skip: (title: string) => void skipped.push(title),
    }),
    capabilities: fake.capabilities,
    repetitions: 2,
    promptMs: 200,
    ...options,
  });
  const outcomes: Outcome[] = [];
  for (const { title, body } of declared) {
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
  const changed = change(intact);
  return new Proxy(intact, {
    get: (target, key) => {
      const method: unknown = Reflect.get(changed, key) ?? Reflect.get(target, key, target);
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });
}

const done = () => Promise.resolve();

interface Defect {
  readonly fault: string;
  readonly caughtBy: string;
  readonly change: (intact: DriverUnderTest) => Partial<DriverUnderTest>;
}

const DEFECTS: readonly Defect[] = [
  {
    fault: 'numbers its disks as it exports them',
    caughtBy: 'stays the same when the volume is exported again, whatever was exported meanwhile',
    change: (intact) => {
      const numbers = new Map<string, number>();
      return {
        createExport: (volume, connection, call) => {
          if (volume.exportDetails === null) numbers.set(volume.id, numbers.size);
          return intact.createExport(volume, connection, call);
        },
        removeExport: async (volume, call) => {
          await intact.removeExport(volume, call);
          numbers.delete(volume.id);
        },
        initializeConnection: async (...args) => {
          const info = await intact.initializeConnection(...args);
          return { ...info, data: { ...info.data, wwn: `disk-${numbers.get(args[0].id)}` } };
        },
      };
    },
  },
  {
    fault: 'has one identity for all disks',
    caughtBy: 'is reported to hosts as wwn and is unique',
    change: (intact) => ({
      initializeConnection: async (...args) => {
        const info = await intact.initializeConnection(...args);
        return { ...info, data: { ...info.data, wwn: 'IET     00010001' } };
      },
    }),
  },
  {
    fault: 'fails when a volume is made twice',
    caughtBy: 'createVolume can be repeated',
    change: (intact) => ({
      createVolume: async (volume, call) => {
        if ((await intact.inspect(volume, call)).exists) throw new DriverError('INTERNAL', 'it exists');
        await intact.createVolume(volume, call);
      },
    }),
  },
  {
    fault: 'fails when a volume is deleted twice',
    caughtBy: 'deleteVolume can be repeated',
    change: (intact) => ({
      deleteVolume: async (volume, call) => {
        if (!(await intact.inspect(volume, call)).exists) throw new DriverError('NOT_FOUND', 'it is gone');
        await intact.deleteVolume(volume, call);
      },
    }),
  },
  {
    fault: 'fails when an export is withdrawn twice',
    caughtBy: 'removeExport can be repeated',
    change: (intact) => ({
      removeExport: async (volume, call) => {
        if (!(await intact.inspect(volume, call)).exported) throw new DriverError('NOT_FOUND', 'it is gone');
        await intact.removeExport(volume, call);
      },
    }),
  },
  {
    fault: 'makes new credentials at each createExport',
    caughtBy: 'repeating createExport returns the same export, including credentials',
    change: (intact) => ({
      createExport: async (volume, connection, call) => {
        await intact.removeExport(volume, call);
        return intact.createExport(volume, connection, call);
      },
    }),
  },
  {
    fault: 'forgets to end a connection',
    caughtBy: 'inspect lists the admitted hosts, but not disconnected ones',
    change: () => ({ terminateConnection: done }),
  },
  {
    fault: 'ends the access of a host that still needs it',
    caughtBy: 'a host keeps its access until its last attachment ends',
    change: (intact) => ({
      terminateConnection: (volume, connection, _remaining, call) =>
        intact.terminateConnection(volume, connection, [], call),
    }),
  },
  {
    fault: 'locks everybody out when one host leaves',
    caughtBy: 'disconnecting a host ends only its own access',
    change: (intact) => ({
      terminateConnection: async (volume, connection, remaining, call) => {
        for (const gone of [connection, ...remaining]) {
          await intact.terminateConnection(volume, gone, [], call);
        }
      },
    }),
  },
  {
    fault: 'leaves the export behind',
    caughtBy: 'inspect reports whether the volume is exported',
    change: () => ({ removeExport: done }),
  },
  {
    fault: 'leaks an entry of its list of exports',
    caughtBy: 'a volume can be created, exported, connected, disconnected, unexported and deleted',
    change: (intact) => {
      const ever: ExportState[] = [];
      return {
        createExport: (volume, connection, call) => {
          ever.push({ volumeId: volume.id, admitted: [] });
          return intact.createExport(volume, connection, call);
        },
        listExports: (page) => Promise.resolve(exportPage(ever, page)),
      };
    },
  },
  {
    fault: 'lists its exports in the order in which they were made, whole, whatever page is asked for',
    caughtBy: 'listExports returns the same exports, ordered by id, with every page size',
    change: (intact) => ({
      listExports: async (_page, call) =>
        [...(await intact.listExports({ after: null, limit: 1000 }, call))].reverse(),
    }),
  },
  {
    fault: 'leaks the volume',
    caughtBy: 'connection information contains the protocol and its data',
    change: () => ({ deleteVolume: done }),
  },
  {
    fault: 'lets inspect believe what it is told',
    caughtBy: 'inspect reads the backend, not the given exportDetails',
    change: (intact) => ({
      inspect: async (volume, call) => ({
        ...(await intact.inspect(volume, call)),
        exported: volume.exportDetails !== null,
      }),
    }),
  },
  {
    fault: 'keeps a handle on its results',
    caughtBy: 'modifying a result does not affect the next one',
    change: (intact) => {
      let kept: JsonObject | undefined;
      return {
        createExport: async (volume, connection, call) =>
          (kept ??= await intact.createExport(volume, connection, call)),
      };
    },
  },
  {
    fault: 'returns what JSON cannot hold',
    caughtBy: 'results can be stored as JSON',
    change: (intact) => ({
      getStats: async (call) => ({ ...(await intact.getStats(call)), freeGib: Number.NaN }),
    }),
  },
  {
    fault: 'changes its arguments',
    caughtBy: 'arguments are not modified',
    change: (intact) => ({
      createExport: (volume, connection, call) => {
        // Fails silently if the argument is frozen, as in a module without strict mode.
        Reflect.set(volume, 'exportDetails', { changed: true });
        return intact.createExport(volume, connection, call);
      },
    }),
  },
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
    fault: 'ignores the connector',
    caughtBy: 'a connector without initiator is rejected, and the error names the key',
    change: () => ({ validateConnector: () => undefined }),
  },
  {
    fault: 'stumbles over odd connectors',
    caughtBy: 'unusual values are either accepted or rejected with INVALID_CONNECTOR',
    change: () => ({
      validateConnector: (connector: Connector) => void (connector.host as string).trim(),
    }),
  },
  {
    fault: 'refuses connectors too late',
    caughtBy: 'validateConnector is synchronous',
    change: (intact) => ({
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the defect under test
      validateConnector: async (connector: Connector) => {
        await Promise.resolve();
        intact.validateConnector(connector);
      },
    }),
  },
  {
    fault: 'makes an export of nothing',
    caughtBy: 'createExport of an unknown volume is NOT_FOUND',
    change: (intact) => ({
      createExport: async (volume, connection, call) => {
        await intact.createVolume(volume, call);
        return intact.createExport(volume, connection, call);
      },
    }),
  },
  {
    fault: 'connects without an export',
    caughtBy: 'initializeConnection without an export is NOT_FOUND',
    change: (intact) => ({
      initializeConnection: async (volume, connection, others, call) => {
        await intact.createExport(volume, connection, call);
        return intact.initializeConnection(volume, connection, others, call);
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
    fault: 'restores an export without its hosts',
    caughtBy: 'ensureExport restores a lost export with its hosts and credentials',
    change: (intact) => ({
      ensureExport: (volume, _connections, call) => intact.ensureExport(volume, [], call),
    }),
  },
  {
    fault: 'fails when a volume has grown already',
    caughtBy: 'a volume can be extended, and extending it again to the same size succeeds',
    change: (intact) => {
      const sizes = new Map<string, number>();
      return {
        extendVolume: async (volume, sizeGib, call) => {
          if (sizes.get(volume.id) === sizeGib) throw new DriverError('FAILED_PRECONDITION', 'not larger');
          sizes.set(volume.id, sizeGib);
          await intact.extendVolume?.(volume, sizeGib, call);
        },
      };
    },
  },
  {
    fault: 'goes on although it is aborted',
    caughtBy: 'every call with an aborted signal ends within 200 ms, and succeeds when repeated',
    change: (intact) => ({
      getStats: (call) => (call.signal.aborted ? new Promise(() => undefined) : intact.getStats(call)),
    }),
  },
];

describe('the conformance kit', () => {
  it('finds nothing wrong with a driver that keeps the contract', async () => {
    const { outcomes } = await outcomesOf({ create: () => Promise.resolve({ driver: intactFake() }) });
    expect(outcomes.length).toBeGreaterThan(40);
    expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
  });

  it.each(DEFECTS)('finds a driver that $fault', async ({ caughtBy, change }) => {
    const { outcomes } = await outcomesOf({ create: () => Promise.resolve({ driver: broken(change) }) });
    const failed = outcomes.filter(({ error }) => error !== null).map(({ title }) => title);
    expect(failed).toContain(caughtBy);
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

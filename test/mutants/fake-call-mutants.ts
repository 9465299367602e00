import { DriverError } from '../../src/drivers/contract/index.js';
import type { FakeMutant } from './mutant.js';

const never = () => new Promise<never>(() => undefined);

/** Faults in how calls end, and in what an instance of the driver leaves to the next one. */
export const FAKE_CALL_MUTANTS: readonly FakeMutant[] = [
  {
    fault: 'goes on although it is aborted',
    caughtBy: 'getStats ends when it is aborted, before or during the call, and succeeds when repeated',
    change: (intact) => ({
      getStats: (call) => (call.signal.aborted ? new Promise(() => undefined) : intact.getStats(call)),
    }),
  },
  {
    fault: 'never answers a question',
    caughtBy: 'inspect reports whether the volume exists',
    change: () => ({ inspect: never }),
  },
  {
    fault: 'reports the state of an export as text',
    caughtBy: 'inspect reports whether the volume exists',
    change: (intact) => ({
      inspect: async (...args) => {
        const { exported, ...state } = await intact.inspect(...args);
        return { ...state, exported: String(exported) as unknown as boolean };
      },
    }),
  },
  {
    fault: 'gives hosts the number of the LUN as text',
    caughtBy: 'connection data has the keys and types that os-brick reads',
    change: (intact) => ({
      initializeConnection: async (...args) => {
        const info = await intact.initializeConnection(...args);
        return { ...info, data: { ...info.data, target_lun: JSON.stringify(info.data.target_lun) } };
      },
    }),
  },
  {
    fault: 'never ends its setup',
    caughtBy: 'connection information contains the protocol and its data',
    change: () => ({ setup: never }),
  },
  {
    fault: 'ends only when it is aborted',
    caughtBy: 'removeExport can be repeated',
    change: () => ({
      removeExport: (_volume, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new DriverError('UNAVAILABLE', 'it took too long')));
        }),
    }),
  },
  {
    fault: 'hangs when it is aborted during the call',
    caughtBy: 'createExport ends when it is aborted, before or during the call, and succeeds when repeated',
    change: (intact) => ({
      createExport: async (volume, connection, call) => {
        const before = call.signal.aborted;
        const details = await intact.createExport(volume, connection, {
          ...call,
          signal: new AbortController().signal,
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
        return call.signal.aborted && !before ? never() : details;
      },
    }),
  },
  ...lateMutants(),
  {
    fault: 'throws something else than a DriverError',
    caughtBy: 'ensureExport of an unknown volume fails with a DriverError',
    change: (intact) => ({
      ensureExport: async (volume, connections, call) => {
        if (!(await intact.inspect(volume, call)).exists) throw new TypeError('device is undefined');
        return intact.ensureExport(volume, connections, call);
      },
    }),
  },
  {
    fault: 'removes its exports at the end',
    caughtBy: 'exports stay when an instance of the driver is set up and torn down',
    change: (intact) => ({
      teardown: async () => {
        const call = { signal: new AbortController().signal, requestId: '' };
        for (const { volumeId } of await intact.listExports({ after: null, limit: 100 }, call)) {
          const volume = {
            id: volumeId,
            name: `volume-${volumeId}`,
            sizeGib: 1,
            projectId: '',
            exportDetails: null,
          };
          await intact.removeExport(volume, call);
        }
        await intact.teardown?.();
      },
    }),
  },
  {
    fault: 'knows only the hosts that it admitted itself',
    caughtBy: 'another instance of the driver finds what the first one created',
    change: (intact) => {
      const own = new Set<unknown>();
      return {
        initializeConnection: (volume, connection, others, call) => {
          own.add(connection.connector.initiator);
          return intact.initializeConnection(volume, connection, others, call);
        },
        inspect: async (volume, call) => {
          const state = await intact.inspect(volume, call);
          return { ...state, admitted: state.admitted?.filter((host) => own.has(host)) ?? null };
        },
      };
    },
  },
  {
    fault: 'removes only what it made itself',
    caughtBy: 'another instance of the driver removes what the first one created',
    change: (intact) => {
      const own = new Set<string>();
      return {
        createVolume: (volume, call) => {
          own.add(volume.id);
          return intact.createVolume(volume, call);
        },
        deleteVolume: async (volume, call) => {
          if (own.has(volume.id)) await intact.deleteVolume(volume, call);
        },
      };
    },
  },
  {
    fault: 'admits the host as soon as the volume is exported',
    caughtBy: 'a new export admits no host',
    change: (intact) => ({
      createExport: async (volume, connection, call) => {
        const exportDetails = await intact.createExport(volume, connection, call);
        await intact.initializeConnection({ ...volume, exportDetails }, connection, [], call);
        return exportDetails;
      },
    }),
  },
  {
    fault: 'admits hosts again that were disconnected while the target was down',
    caughtBy: 'ensureExport does not admit a host again that was disconnected',
    change: (intact) => {
      const ever: Parameters<typeof intact.initializeConnection>[1][] = [];
      return {
        initializeConnection: (volume, connection, others, call) => {
          ever.push(connection);
          return intact.initializeConnection(volume, connection, others, call);
        },
        ensureExport: (volume, _connections, call) => intact.ensureExport(volume, ever, call),
      };
    },
  },
  {
    fault: 'lists from the beginning if the page follows an export that is gone',
    caughtBy: 'a page of listExports begins after any id, exported or not',
    change: (intact) => ({
      listExports: async ({ after, limit }, call) => {
        const all = await intact.listExports({ after: null, limit: 1000 }, call);
        const index = all.findIndex(({ volumeId }) => volumeId === after);
        return all.slice(index + 1, index + 1 + limit);
      },
    }),
  },
  {
    fault: 'lacks a method that its capabilities promise',
    caughtBy: 'the driver has every method that the contract and its capabilities require',
    change: () => ({ fenceConnection: null as never }),
  },
];

/** Rejects at once when aborted, and does its work all the same a little later. */
function lateMutants(): readonly FakeMutant[] {
  const later = (signal: AbortSignal, work: () => Promise<unknown>) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new DriverError('UNAVAILABLE', 'it was aborted'));
        setTimeout(() => void work().catch(() => undefined), 30);
      });
    });
  const caughtBy = 'a call that was aborted and has rejected has no effect later';
  const quiet = { signal: new AbortController().signal, requestId: '' };
  return [
    {
      fault: 'creates a volume after createVolume was aborted and rejected',
      caughtBy,
      change: (intact) => {
        const begun = new Set<string>();
        return {
          createVolume: (volume, call) => {
            if (begun.has(volume.id)) return intact.createVolume(volume, call);
            begun.add(volume.id);
            const aborted = later(call.signal, () => intact.createVolume(volume, quiet));
            const soon = new Promise<void>((resolve) => setTimeout(resolve, 5));
            return Promise.race([aborted, soon.then(() => intact.createVolume(volume, call))]);
          },
        };
      },
    },
    {
      fault: 'ends a new access after terminateConnection was aborted and rejected',
      caughtBy,
      change: (intact) => ({
        terminateConnection: (volume, connection, remaining, call) => {
          const aborted = later(call.signal, () =>
            intact.terminateConnection(volume, connection, remaining, quiet),
          );
          const soon = new Promise<void>((resolve) => setTimeout(resolve, 5));
          return Promise.race([
            aborted,
            soon.then(() => intact.terminateConnection(volume, connection, remaining, call)),
          ]);
        },
      }),
    },
  ];
}

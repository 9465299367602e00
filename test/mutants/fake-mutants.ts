import {
  DriverError,
  exportPage,
  type Connector,
  type ExportState,
  type JsonObject,
} from '../../src/drivers/contract/index.js';
import type { FakeMutant } from './mutant.js';

/** Faults in volumes, exports and connections. */
export const FAKE_MUTANTS: readonly FakeMutant[] = [
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
    change: () => ({ terminateConnection: () => Promise.resolve() }),
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
    change: () => ({ removeExport: () => Promise.resolve() }),
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
    change: () => ({ deleteVolume: () => Promise.resolve() }),
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
];

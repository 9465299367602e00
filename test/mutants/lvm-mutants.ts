import type { DriverUnderTest } from '../../src/drivers/conformance/index.js';
import { secretsIn } from '../../src/drivers/conformance/secrets.js';
import type { Connection } from '../../src/drivers/contract/index.js';
import type { LvmOptions } from '../../src/drivers/lvm/lvm-options.js';
import { lvmSubject } from '../support/storage/lvm-subject.js';
import type { SimulatedStorageHost } from '../support/storage/simulated-storage-host.js';
import { changed, LIMITS, type Mutant } from './mutant.js';

interface LvmMutant extends Pick<Mutant, 'fault' | 'caughtBy'> {
  readonly target: NonNullable<LvmOptions['target']>;
  readonly change: (intact: DriverUnderTest, host: SimulatedStorageHost) => Partial<DriverUnderTest>;
}

const MUTANTS: readonly LvmMutant[] = [
  {
    fault: 'leaves the rule of a host that is disconnected',
    caughtBy: 'terminateConnection can be repeated',
    target: 'tgt',
    change: (intact) => ({
      terminateConnection: (volume, connection, remaining, call) =>
        intact.terminateConnection(volume, connection, [...remaining, connection], call),
    }),
  },
  {
    fault: 'ends a host’s access although another of its attachments remains',
    caughtBy: 'a host keeps its access until its last attachment ends',
    target: 'lio',
    change: (intact) => ({
      terminateConnection: (volume, connection, _remaining, call) =>
        intact.terminateConnection(volume, connection, [], call),
    }),
  },
  {
    fault: 'exports a volume when a host is connected',
    caughtBy: 'initializeConnection without an export is NOT_FOUND',
    target: 'lio',
    change: (intact) => ({
      initializeConnection: async (volume, connection, others, call) => {
        await intact.createExport(volume, connection, call);
        return intact.initializeConnection(volume, connection, others, call);
      },
    }),
  },
  {
    fault: 'admits a host of its own with each host',
    caughtBy: 'inspect lists the admitted hosts, but not disconnected ones',
    target: 'tgt',
    change: (intact) => ({
      initializeConnection: async (volume, connection, others, call) => {
        await intact.initializeConnection(volume, backdoor(connection), others, call);
        return intact.initializeConnection(volume, connection, others, call);
      },
    }),
  },
  {
    fault: 'shows a password in a command line',
    caughtBy: 'connection information contains the protocol and its data',
    target: 'tgt',
    change: (intact, host) => ({
      initializeConnection: async (...args) => {
        const info = await intact.initializeConnection(...args);
        host.runner.commands.push(['tgtadm', '--password', ...secretsIn(info.data)]);
        return info;
      },
    }),
  },
  {
    fault: 'restores a disk without its identity',
    caughtBy: 'stays the same when a lost export is restored',
    target: 'tgt',
    change: (intact, { tgtd }) => ({
      ensureExport: async (volume, connections, call) => {
        const details = await intact.ensureExport(volume, connections, call);
        for (const [iqn, target] of tgtd.targets) {
          const identity = { ...target.identity, id: 'IET00010001' };
          if (iqn.endsWith(volume.id)) tgtd.targets.set(iqn, { ...target, identity });
        }
        return details;
      },
    }),
  },
  {
    fault: 'tells hosts another identity than the disk has',
    caughtBy: 'is reported to hosts as wwn and is unique',
    target: 'lio',
    change: (intact) => ({
      initializeConnection: async (...args) => {
        const info = await intact.initializeConnection(...args);
        const wwn = info.data.wwn as string;
        return {
          ...info,
          data: { ...info.data, wwn: wwn.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
        };
      },
    }),
  },
  {
    fault: 'locks hosts out when a volume grows',
    caughtBy: 'a connected volume keeps its hosts when it is extended',
    target: 'tgt',
    change: (intact) => ({
      extendVolume: async (volume, sizeGib, call) => {
        await intact.extendVolume?.(volume, sizeGib, call);
        await intact.ensureExport(volume, [], call);
      },
    }),
  },
  {
    fault: 'leaves the target of a deleted volume',
    caughtBy: 'deleteVolume also removes an existing export',
    target: 'tgt',
    change: (intact, { tgtd }) => ({
      deleteVolume: async (volume, call) => {
        const targets = [...tgtd.targets];
        await intact.deleteVolume(volume, call);
        for (const [iqn, target] of targets) tgtd.targets.set(iqn, target);
      },
    }),
  },
  {
    fault: 'passes the failures of its commands on without a code',
    caughtBy: 'when a step of createExport fails, the call fails or completes, and repeating it completes it',
    target: 'tgt',
    change: (intact) => ({
      createExport: async (...args) => {
        try {
          return await intact.createExport(...args);
        } catch (error) {
          throw new Error('it failed', { cause: error });
        }
      },
    }),
  },
  {
    fault: 'takes a volume for created once it was asked for',
    caughtBy: 'when a step of createVolume fails, the call fails or completes, and repeating it completes it',
    target: 'lio',
    change: (intact) => {
      const asked = new Set<string>();
      return {
        createVolume: async (volume, call) => {
          if (asked.has(volume.id)) return;
          asked.add(volume.id);
          await intact.createVolume(volume, call);
        },
      };
    },
  },
];

function backdoor(connection: Connection): Connection {
  return {
    ...connection,
    connector: { ...connection.connector, initiator: 'iqn.2010-10.org.example:backdoor' },
  };
}

/** Mutants of the driver lvm, on the simulated host of its conformance suite. */
export const LVM_MUTANTS: readonly Mutant[] = MUTANTS.map(({ fault, caughtBy, target, change }) => ({
  driver: 'lvm',
  fault,
  caughtBy,
  subject: (isMutated) => ({
    ...lvmSubject({ target }, 'commands', (driver, host) =>
      isMutated ? changed(driver, change(driver, host)) : driver,
    ),
    ...(isMutated && LIMITS),
  }),
}));

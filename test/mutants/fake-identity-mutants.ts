import type { ConnectionInfo } from '../../src/drivers/contract/index.js';
import type { DriverUnderTest } from '../../src/drivers/conformance/index.js';
import type { FakeMutant } from './mutant.js';

/** Changes the identity that hosts are told. */
function telling(wwn: (volumeId: string, host: unknown) => string): FakeMutant['change'] {
  return (intact) => ({ initializeConnection: toldBy(intact, wwn) });
}

function toldBy(intact: DriverUnderTest, wwn: (volumeId: string, host: unknown) => string) {
  return async (...args: Parameters<DriverUnderTest['initializeConnection']>): Promise<ConnectionInfo> => {
    const info = await intact.initializeConnection(...args);
    return { ...info, data: { ...info.data, wwn: wwn(args[0].id, args[1].connector.host) } };
  };
}

/** The identity of a LIO disk. */
const naa = (digits: string) => `36001405${digits.replaceAll('-', '').padEnd(25, '0').slice(0, 25)}`;

/** Faults in how disks and hosts are told apart. */
export const FAKE_IDENTITY_MUTANTS: readonly FakeMutant[] = [
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
    fault: 'gives the identity of a deleted disk to the next one',
    caughtBy: 'is never that of an earlier volume',
    change: (intact) => {
      const free = ['1', '2', '3'];
      const numbers = new Map<string, string>();
      const numberOf = (id: string) => {
        const number = numbers.get(id) ?? free.shift() ?? '';
        numbers.set(id, number);
        return number;
      };
      return {
        deleteVolume: async (volume, call) => {
          await intact.deleteVolume(volume, call);
          const number = numbers.get(volume.id);
          if (number !== undefined) free.unshift(number);
          numbers.delete(volume.id);
        },
        initializeConnection: toldBy(intact, (id) => naa(numberOf(id))),
      };
    },
  },
  {
    fault: 'tells the serial number instead of the designator',
    caughtBy: 'has the form of a SCSI identity: 3 and the digits of the NAA designator',
    change: telling((id) => id),
  },
  {
    fault: 'tells each host another identity',
    caughtBy: 'is the same for every host',
    change: telling((id, host) =>
      naa(`${id.slice(0, 8)}${Buffer.from(String(host).slice(-4)).toString('hex')}`),
    ),
  },
  {
    fault: 'makes a new identity in each process',
    caughtBy: 'stays the same for another instance of the driver',
    change: (intact) => {
      const own = Math.random().toString(16).slice(2, 10);
      return { initializeConnection: toldBy(intact, (id) => naa(`${own}${id}`)) };
    },
  },
  {
    fault: 'changes the identity of a disk that grows',
    caughtBy: 'stays the same when the volume is extended',
    change: (intact) => {
      const grown = new Set<string>();
      return {
        extendVolume: async (volume, sizeGib, call) => {
          await intact.extendVolume?.(volume, sizeGib, call);
          grown.add(volume.id);
        },
        initializeConnection: toldBy(intact, (id) => naa(`${grown.has(id) ? 'f' : ''}${id}`)),
      };
    },
  },
  {
    fault: 'compares names of hosts letter by letter',
    caughtBy: 'a host is disconnected whatever the case of its name',
    change: (intact) => ({
      terminateConnection: async (volume, connection, remaining, call) => {
        const { admitted } = await intact.inspect(volume, call);
        if (admitted?.some((name) => name === connection.connector.initiator) !== true) return;
        await intact.terminateConnection(volume, connection, remaining, call);
      },
    }),
  },
  {
    fault: 'takes a name in another case for another host',
    caughtBy: 'a host keeps its access while an attachment with its name in another case remains',
    change: (intact) => ({
      terminateConnection: (volume, connection, remaining, call) => {
        const { initiator } = connection.connector;
        const same = remaining.filter(({ connector }) => connector.initiator === initiator);
        return intact.terminateConnection(volume, connection, same, call);
      },
    }),
  },
];

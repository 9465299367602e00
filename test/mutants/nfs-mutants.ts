import { rename, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverUnderTest } from '../../src/drivers/conformance/index.js';
import type { Connection } from '../../src/drivers/contract/index.js';
import { NFS_VARIANTS, nfsSubject, type NfsVariant, type NfsWorld } from '../support/storage/nfs-subject.js';
import { changed, LIMITS, type Mutant } from './mutant.js';

const GIB = 2 ** 30;

const [ON_FILES, , , CONTROLLED] = NFS_VARIANTS;

interface NfsMutant extends Pick<Mutant, 'fault' | 'caughtBy'> {
  readonly variant: NfsVariant;
  readonly change: (intact: DriverUnderTest, world: NfsWorld) => Partial<DriverUnderTest>;
}

const MUTANTS: readonly NfsMutant[] = [
  {
    fault: 'gives the file of a deleted volume to the next one, with its data',
    caughtBy: 'a new volume has its size and reads as zeros, also where an earlier one had data',
    variant: ON_FILES,
    change: (intact, { base }) => ({
      deleteVolume: async (volume, call) => {
        const file = await fileOf(base, volume.id);
        if (file !== null) await rename(file, join(base, '.old'));
        await intact.deleteVolume(volume, call);
      },
      createVolume: async (volume, call) => {
        await intact.createVolume(volume, call);
        const file = await fileOf(base, volume.id);
        if (file !== null) await rename(join(base, '.old'), file).catch(() => undefined);
      },
    }),
  },
  {
    fault: 'counts a GiB as 1000 MB',
    caughtBy: 'a new volume has its size and reads as zeros, also where an earlier one had data',
    variant: ON_FILES,
    change: (intact, { base }) => ({
      createVolume: async (volume, call) => {
        await intact.createVolume(volume, call);
        const file = await fileOf(base, volume.id);
        if (file !== null) await truncate(file, volume.sizeGib * 1e9);
      },
    }),
  },
  {
    fault: 'makes a volume anew that exists',
    caughtBy: 'createVolume of an existing volume keeps its data',
    variant: ON_FILES,
    change: (intact) => ({
      createVolume: async (volume, call) => {
        await intact.deleteVolume(volume, call);
        await intact.createVolume(volume, call);
      },
    }),
  },
  {
    fault: 'loses the data of a volume that grows',
    caughtBy: 'an extended volume has the new size, keeps its data, and reads as zeros beyond it',
    variant: ON_FILES,
    change: (_intact, { base }) => ({
      extendVolume: async (volume, sizeGib) => {
        const file = await fileOf(base, volume.id);
        if (file === null) return;
        await rm(file);
        await writeFile(file, '');
        await truncate(file, sizeGib * GIB);
      },
    }),
  },
  {
    fault: 'grows a volume by the new size, not to it',
    caughtBy: 'an extended volume has the new size, keeps its data, and reads as zeros beyond it',
    variant: ON_FILES,
    change: (intact) => ({
      extendVolume: async (volume, sizeGib, call) =>
        intact.extendVolume?.(volume, volume.sizeGib + sizeGib, call),
    }),
  },
  {
    fault: 'shrinks a volume that is larger already',
    caughtBy: 'extending a volume to less than its size does not shrink it',
    variant: ON_FILES,
    change: (_intact, { base }) => ({
      extendVolume: async (volume, sizeGib) => {
        const file = await fileOf(base, volume.id);
        if (file !== null) await truncate(file, sizeGib * GIB);
      },
    }),
  },
  {
    fault: 'empties a volume when its last host leaves',
    caughtBy: 'exporting, connecting, disconnecting and unexporting keeps the data',
    variant: ON_FILES,
    change: (intact, { base }) => ({
      removeExport: async (volume, call) => {
        await intact.removeExport(volume, call);
        const file = await fileOf(base, volume.id);
        if (file !== null) await writeFile(file, '');
      },
    }),
  },
  {
    fault: 'shares the volume with a network when it admits a host',
    caughtBy: 'several hosts are connected at the same time',
    variant: CONTROLLED,
    change: (intact) => ({
      initializeConnection: async (volume, connection, others, call) => {
        await intact.initializeConnection(volume, neighbour(connection), others, call);
        return intact.initializeConnection(volume, connection, others, call);
      },
    }),
  },
  {
    fault: 'reports a fence that it did not raise',
    caughtBy: 'fenceConnection ends the access of the host',
    variant: CONTROLLED,
    change: () => ({ fenceConnection: () => Promise.resolve() }),
  },
  {
    fault: 'fences a host although another of its attachments remains',
    caughtBy: 'fenceConnection refuses while another attachment of the same host remains',
    variant: CONTROLLED,
    change: (intact) => ({
      fenceConnection: async (volume, connection, _remaining, call) =>
        intact.fenceConnection?.(volume, connection, [], call),
    }),
  },
  {
    fault: 'forgets its hosts when an export is restored',
    caughtBy: 'ensureExport restores a lost export with its hosts and credentials',
    variant: CONTROLLED,
    change: (intact) => ({
      ensureExport: (volume, _connections, call) => intact.ensureExport(volume, [], call),
    }),
  },
  {
    fault: 'lists volumes in place of exports',
    caughtBy: 'listExports lists exactly the exported volumes',
    variant: CONTROLLED,
    change: (intact) => {
      const made = new Map<string, { readonly volumeId: string; readonly admitted: readonly string[] }>();
      return {
        createVolume: async (volume, call) => {
          await intact.createVolume(volume, call);
          made.set(volume.id, { volumeId: volume.id, admitted: [] });
        },
        listExports: ({ after }) =>
          Promise.resolve(
            [...made.values()]
              .filter(({ volumeId }) => after === null || volumeId > after)
              .sort((one, other) => (one.volumeId < other.volumeId ? -1 : 1)),
          ),
      };
    },
  },
];

/** Returns the path of the volume's file, or null. */
async function fileOf(base: string, volumeId: string): Promise<string | null> {
  const entries = await readdir(base, { recursive: true, withFileTypes: true });
  const entry = entries.find((one) => one.isFile() && one.name === `volume-${volumeId}`);
  return entry === undefined ? null : join(entry.parentPath, entry.name);
}

function neighbour(connection: Connection): Connection {
  return { ...connection, connector: { ...connection.connector, ip: '192.0.2.200' } };
}

/** Mutants of the drivers for files, on the files and hosts of their conformance suite. */
export const NFS_MUTANTS: readonly Mutant[] = MUTANTS.map(({ fault, caughtBy, variant, change }) => ({
  driver: variant === ON_FILES ? 'nfs' : 'nfs-server',
  fault,
  caughtBy,
  subject: (isMutated) => ({
    ...nfsSubject(variant, (driver, world) => (isMutated ? changed(driver, change(driver, world)) : driver)),
    ...(isMutated && LIMITS),
  }),
}));

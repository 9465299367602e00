import { join } from 'node:path';
import { openSqlite } from './ledger.mjs';

const VOLUMES = 'SELECT id, target FROM volumes LEFT JOIN exports ON volume_id = id';

/** Returns a function that reads the fake driver's state: for each volume its admitted initiators, null without an export. */
export function fakeBackend(dataFolder) {
  const file = join(dataFolder, 'backends', 'fake', 'volumes.sqlite');
  return async () => {
    const select = await openSqlite(file);
    try {
      const [volumes] = await select([VOLUMES]);
      return new Map(
        volumes.map(({ id, target }) => [
          id,
          target === null ? null : JSON.parse(target).admitted.map(({ initiator }) => initiator),
        ]),
      );
    } finally {
      await select.close();
    }
  };
}

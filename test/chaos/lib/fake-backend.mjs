import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = /^([0-9a-f-]{36})\.json$/;

/** What the fake driver keeps in its folder: for each volume the admitted initiators, null where there is no export. */
export function fakeBackend(dataFolder) {
  const folder = join(dataFolder, 'backends', 'fake');
  return async () =>
    new Map(
      readdirSync(folder)
        .map((name) => FILE.exec(name)?.[1])
        .filter((id) => id !== undefined)
        .map((id) => {
          const { export: target } = JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8'));
          return [id, target === null ? null : target.admitted.map(({ initiator }) => initiator)];
        }),
    );
}

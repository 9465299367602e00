import { existsSync } from 'node:fs';
import { open, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../platform/make-folder.js';
import type { Config } from '../../platform/config/config.schema.js';
import { BackendChangeRefused } from './refused.js';

/** Result of moving a driver's state folder. */
export interface MovedState {
  /** The state folder of the new name; null if there was none to move. */
  readonly folder: string | null;
  /** Folder to which the new name's earlier state was moved aside; null if there was none. */
  readonly aside: string | null;
}

/** The folder in which a backend's driver keeps its state. */
export function stateFolder(config: Config, backend: string): string {
  return join(config.data_folder, 'backends', backend);
}

/**
 * Moves a backend's state to its new name. State that a start under the new name has created belongs to no volume, and is
 * kept aside.
 * @param isInUse true if the new name has volumes, which own that state.
 * @throws BackendChangeRefused if both have state: one would be lost.
 */
export async function moveState(
  config: Config,
  { from, to, isInUse }: { readonly from: string; readonly to: string; readonly isInUse: boolean },
): Promise<MovedState> {
  const [source, target] = [stateFolder(config, from), stateFolder(config, to)];
  if (!existsSync(source)) return { folder: null, aside: null };
  const isEmpty = (await readdir(source)).length === 0;
  if (isEmpty) return { folder: null, aside: null };
  const aside = existsSync(target) ? await clear(target, isInUse) : null;
  await makeFolder(join(target, '..'), 0o700);
  await rename(source, target);
  // Volumes move next, and the database syncs: after a crash the state must not reappear under the old name.
  await sync(join(target, '..'));
  return { folder: target, aside };
}

async function clear(target: string, isInUse: boolean): Promise<string | null> {
  if ((await readdir(target)).length === 0) {
    await rmdir(target);
    return null;
  }
  if (isInUse) {
    throw new BackendChangeRefused(
      `both backends have volumes and state of their own, and ${target} cannot be merged with another folder. Configure the renamed backend under a name that has no volumes`,
    );
  }
  // No backend can have such a name.
  const aside = `${target}~${new Date().toISOString().replace(/[:.]/g, '-')}`;
  await rename(target, aside);
  return aside;
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

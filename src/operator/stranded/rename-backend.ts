import { BackendChangeRefused } from './refused.js';
import { type MovedState, moveState } from './state-folder.js';
import { type Site, withStoppedDatabase } from './stopped-database.js';
import { nodesOfBackends, strandedBackends, typesWithoutBackend } from './stranded.reader.js';
import { StrandedRepository } from './stranded.repository.js';
import { moveService } from '../../volumes/scheduling/index.js';

/** Volumes per transaction. */
const BATCH = 500;

/** Rows moved by this run. */
export interface Renamed {
  readonly volumes: number;
  readonly attachments: number;
  readonly operations: number;
  readonly state: MovedState;
  /** Backends that are not configured and still have volumes. */
  readonly stranded: readonly string[];
  /** Types that require a backend that is not configured. */
  readonly types: readonly string[];
}

/**
 * Moves everything of a backend to its current name in the configuration. Open work of its volumes moves along; the next
 * server ends it. Can be interrupted and repeated: moves the driver's state first, then volumes until none is left.
 * @throws BackendChangeRefused if the names are unsuitable or a server is alive; DatabaseUnusable.
 */
export async function renameBackend(site: Site, from: string, to: string): Promise<Renamed> {
  const { config } = site;
  const configured = config.backends.map(({ name }) => name);
  if (from === to) throw new BackendChangeRefused('both names are the same');
  if (configured.includes(from))
    throw new BackendChangeRefused(
      `backend ${from} is still configured. Rename it in the configuration first`,
    );
  if (!configured.includes(to))
    throw new BackendChangeRefused(
      `backend ${to} is not configured. Configured backends: ${configured.join(', ')}`,
    );
  return withStoppedDatabase(site, async ({ reader, unitOfWork }) => {
    const repository = new StrandedRepository();
    const isInUse = (await unitOfWork.run((tx) => repository.volumesOn(tx, to, 1))).length > 0;
    const state = await moveState(config, { from, to, isInUse });
    const moved = { volumes: 0, attachments: 0, operations: 0 };
    for (;;) {
      const batch = await unitOfWork.run(async (tx) => {
        const volumes = await repository.volumesOn(tx, from, BATCH);
        if (volumes.length === 0) {
          await moveService(tx, from, to);
          return null;
        }
        await repository.move(tx, volumes, to);
        return {
          volumes: volumes.length,
          attachments: await repository.countAttachments(tx, volumes),
          operations: await repository.countOperations(tx, volumes),
        };
      });
      if (batch === null) break;
      moved.volumes += batch.volumes;
      moved.attachments += batch.attachments;
      moved.operations += batch.operations;
    }
    const stranded = await strandedBackends(reader, [
      ...configured,
      ...(await nodesOfBackends(reader)).keys(),
    ]);
    return { ...moved, state, stranded, types: await typesWithoutBackend(reader, configured) };
  });
}

import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { VOLUME_STATUSES, VolumesRepository, type VolumeStatus } from '../../src/volumes/index.js';
import type { VolumeChanges } from '../../src/volumes/volumes.repository.js';
import type { Answer, Api } from './api.js';
import type { TestApp } from './test-app.js';

export { VOLUME_STATUSES, type VolumeStatus };

/** Writes a volume's row as it may be found, also where no request can bring it about. */
export async function setVolume({ app }: TestApp, volumeId: string, changes: VolumeChanges): Promise<void> {
  await app.get(UnitOfWork).run((tx) => app.get(VolumesRepository).change(tx, volumeId, changes));
}

/** Sends an action of a volume. */
export function act(api: Api, volumeId: string, name: string, value: unknown = null): Promise<Answer> {
  return api.send('POST', `/v3/volumes/${volumeId}/action`, { [name]: value });
}

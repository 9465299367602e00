import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { VOLUME_STATUSES, VolumesRepository, type VolumeStatus } from '../../src/volumes/index.js';
import type { VolumeChanges } from '../../src/volumes/volume/volumes.repository.js';
import type { Answer, Api } from './api.js';
import type { TestApp } from './test-app.js';

export { VOLUME_STATUSES, type VolumeStatus };

/** Changes a volume's row, also to states that no request can cause. */
export async function setVolume({ app }: TestApp, volumeId: string, changes: VolumeChanges): Promise<void> {
  await app.get(UnitOfWork).run((tx) => app.get(VolumesRepository).change(tx, volumeId, changes));
}

/** Sends a volume action. */
export function act(api: Api, volumeId: string, name: string, value: unknown = null): Promise<Answer> {
  return api.send('POST', `/v3/volumes/${volumeId}/action`, { [name]: value });
}

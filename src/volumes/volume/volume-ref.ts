import type { ExportDetails, VolumeRef } from '../../drivers/contract/index.js';
import type { VolumeEntity } from './volume.entity.js';

/** A volume as passed to drivers. */
export function volumeRef(
  volume: Pick<VolumeEntity, 'id' | 'sizeGib' | 'projectId' | 'exportDetails'>,
): VolumeRef {
  return {
    id: volume.id,
    name: `volume-${volume.id}`,
    sizeGib: volume.sizeGib,
    projectId: volume.projectId,
    exportDetails: volume.exportDetails as ExportDetails | null,
  };
}

import type { VolumeTypesService } from '../volume-types/index.js';
import type { VolumeEntity } from '../volumes/index.js';

/** Whether the volume's type lets hosts cache; null when the volume has no type. */
export async function isCacheable(
  types: VolumeTypesService,
  { volumeTypeId }: VolumeEntity,
): Promise<boolean | null> {
  const type = volumeTypeId === null ? null : await types.findById(volumeTypeId);
  return type === null ? null : type.extraSpecs['cacheable'] === '<is> True';
}

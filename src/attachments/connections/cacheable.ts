import type { VolumeTypesService } from '../../volumes/types/index.js';
import type { VolumeEntity } from '../../volumes/index.js';

/** True if the volume's type lets hosts cache; null without a type. */
export async function isCacheable(
  types: VolumeTypesService,
  { volumeTypeId }: VolumeEntity,
): Promise<boolean | null> {
  const type = volumeTypeId === null ? null : await types.findById(volumeTypeId);
  return type === null ? null : type.extraSpecs['cacheable'] === '<is> True';
}

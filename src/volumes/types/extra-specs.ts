import { InvalidInput } from '../../platform/errors.js';
import type { ExtraSpecs, VolumeType } from './volume-type.js';

/** Maximum number of extra specs of a type. */
export const MOST_EXTRA_SPECS = 1000;

/** The spelling of "yes" in extra specs. */
const YES = '<is> True';

/** A comma-separated list, such as `az1, az2`. */
const ZONES = 'RESKEY:availability_zones';

/** Extra specs visible to callers who are not admins; the others reveal how the storage is built. */
export const USER_VISIBLE: ReadonlySet<string> = new Set([ZONES, 'multiattach', 'replication_enabled']);

type Typed = Pick<VolumeType, 'extraSpecs'>;

/** True if volumes of the type can be attached to several servers at once. */
export function isMultiattach({ extraSpecs }: Typed): boolean {
  return extraSpecs['multiattach'] === YES;
}

/** The extra specs that a caller may see. */
export function shownExtraSpecs(extraSpecs: ExtraSpecs, isAdmin: boolean): ExtraSpecs {
  if (isAdmin) return extraSpecs;
  return Object.fromEntries(Object.entries(extraSpecs).filter(([key]) => USER_VISIBLE.has(key)));
}

/**
 * Validates the new extra specs of a type.
 * @throws InvalidInput if they contradict each other or are too many.
 */
export function checkExtraSpecs(extraSpecs: ExtraSpecs): void {
  if (Object.keys(extraSpecs).length > MOST_EXTRA_SPECS)
    throw new InvalidInput(`A volume type has at most ${MOST_EXTRA_SPECS} extra specs.`);
  // Hosts that share a volume must not cache it.
  if (isMultiattach({ extraSpecs }) && extraSpecs['cacheable'] === YES) {
    throw new InvalidInput('cacheable cannot be set with multiattach.');
  }
}

/** True if a type has every wanted extra spec; of the availability zones, one suffices. */
export function hasExtraSpecs(extraSpecs: ExtraSpecs, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([key, value]) => {
    const found = Object.hasOwn(extraSpecs, key) ? extraSpecs[key] : null;
    return key === ZONES ? (found?.includes(value) ?? false) : found === value;
  });
}

import { InvalidInput } from '../common/errors.js';
import type { ExtraSpecs, VolumeType } from './volume-type.js';

/** How an extra spec says yes. */
const YES = '<is> True';

/** A list in one text, such as `az1, az2`. */
const ZONES = 'RESKEY:availability_zones';

/** The extra specs that callers who are not admins may see; the others tell how the storage is built. */
export const USER_VISIBLE: ReadonlySet<string> = new Set([ZONES, 'multiattach', 'replication_enabled']);

type Typed = Pick<VolumeType, 'extraSpecs'>;

/** Whether volumes of the type can be attached to several servers at once. */
export function isMultiattach({ extraSpecs }: Typed): boolean {
  return extraSpecs['multiattach'] === YES;
}

/** The part of the extra specs that a caller may see. */
export function shownExtraSpecs(extraSpecs: ExtraSpecs, isAdmin: boolean): ExtraSpecs {
  if (isAdmin) return extraSpecs;
  return Object.fromEntries(Object.entries(extraSpecs).filter(([key]) => USER_VISIBLE.has(key)));
}

/**
 * Checks what a type's extra specs are about to be.
 * @throws InvalidInput when they contradict each other.
 */
export function checkExtraSpecs(extraSpecs: ExtraSpecs): void {
  // Hosts that share a volume must not each keep a cache of it.
  if (isMultiattach({ extraSpecs }) && extraSpecs['cacheable'] === YES) {
    throw new InvalidInput('cacheable cannot be set with multiattach.');
  }
}

/** Whether a type has every wanted extra spec; of the availability zones, one suffices. */
export function hasExtraSpecs(extraSpecs: ExtraSpecs, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([key, value]) => {
    const found = Object.hasOwn(extraSpecs, key) ? extraSpecs[key] : null;
    return key === ZONES ? (found?.includes(value) ?? false) : found === value;
  });
}

import { UNKNOWN_PROTOCOL } from '../../drivers/registry/unusable-driver.js';
import type { VolumeType } from './volume-type.js';

/** Vendor name of Cinder's LVM and NFS drivers; types copied from Cinder may require it. */
export const VENDOR = 'Open Source';

/** Backend properties that extra specs can require, under Cinder's names. */
export interface BackendTraits {
  readonly volume_backend_name: string;
  readonly storage_protocol: string;
  readonly vendor_name: string;
}

/** The traits of a backend, from its name and protocol. */
export function backendTraits(name: string, protocol: string): BackendTraits {
  return { volume_backend_name: name, storage_protocol: protocol, vendor_name: VENDOR };
}

/**
 * The first extra spec that a backend does not meet, as `key=value`; null if it meets all. Other specs do not affect
 * placement.
 */
export function unmetSpec(
  { extraSpecs }: Pick<VolumeType, 'extraSpecs'>,
  traits: BackendTraits,
): string | null {
  for (const [key, wanted] of Object.entries(extraSpecs)) {
    const name = key.replace(/^capabilities:/, '');
    if (wanted === null || !isTrait(traits, name) || traits[name] === UNKNOWN_PROTOCOL) continue;
    if (!meets(wanted, traits[name])) return `${key}=${wanted}`;
  }
  return null;
}

/** True if extra specs of the type choose among backends. */
export function selectsBackend({ extraSpecs }: Pick<VolumeType, 'extraSpecs'>): boolean {
  const traits = backendTraits('', '');
  return Object.entries(extraSpecs).some(
    ([key, wanted]) => wanted !== null && isTrait(traits, key.replace(/^capabilities:/, '')),
  );
}

/** The backend name required by extra specs that none of `names` has; otherwise null. */
export function missingBackendName(
  extraSpecs: VolumeType['extraSpecs'],
  names: readonly string[],
): string | null {
  const asked = Object.entries(extraSpecs).filter(([key]) =>
    ['volume_backend_name', 'capabilities:volume_backend_name'].includes(key),
  );
  const unmet = asked.find(([, wanted]) => wanted !== null && !names.some((name) => meets(wanted, name)));
  return unmet?.[1] ?? null;
}

function isTrait(traits: BackendTraits, name: string): name is keyof BackendTraits {
  return Object.hasOwn(traits, name);
}

/** Cinder's syntax for strings: the value itself, `s== a`, `<in> part` and `<or> a <or> b`. */
function meets(wanted: string, actual: string): boolean {
  // Drivers and operators write protocols in upper or lower case.
  const [text, own] = [wanted.trim().toLowerCase(), actual.toLowerCase()];
  if (text.startsWith('<or>')) return text.split('<or>').some((one) => one.trim() === own);
  if (text.startsWith('<in>')) return own.includes(text.slice('<in>'.length).trim());
  return (text.startsWith('s==') ? text.slice('s=='.length).trim() : text) === own;
}

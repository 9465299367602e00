import type { VolumeType } from './volume-type.js';

/** What Cinder's drivers for LVM and NFS say of their vendor: types that come from there may ask for it. */
export const VENDOR = 'Open Source';

/** What extra specs may ask of a backend, under Cinder's names. */
export interface BackendTraits {
  readonly volume_backend_name: string;
  readonly storage_protocol: string;
  readonly vendor_name: string;
}

/** The traits of a backend of that name and protocol. */
export function backendTraits(name: string, protocol: string): BackendTraits {
  return { volume_backend_name: name, storage_protocol: protocol, vendor_name: VENDOR };
}

/**
 * The first extra spec that a backend does not meet, as `key=value`; null when it meets all. Specs of other names are
 * not about where a volume goes.
 */
export function unmetSpec(
  { extraSpecs }: Pick<VolumeType, 'extraSpecs'>,
  traits: BackendTraits,
): string | null {
  for (const [key, wanted] of Object.entries(extraSpecs)) {
    const name = key.replace(/^capabilities:/, '');
    if (wanted !== null && isTrait(traits, name) && !meets(wanted, traits[name])) return `${key}=${wanted}`;
  }
  return null;
}

function isTrait(traits: BackendTraits, name: string): name is keyof BackendTraits {
  return Object.hasOwn(traits, name);
}

/** Cinder's notation for texts: the value itself, `s== a`, `<in> part` and `<or> a <or> b`. */
function meets(wanted: string, actual: string): boolean {
  // Drivers and operators write protocols in either case.
  const [text, own] = [wanted.trim().toLowerCase(), actual.toLowerCase()];
  if (text.startsWith('<or>')) return text.split('<or>').some((one) => one.trim() === own);
  if (text.startsWith('<in>')) return own.includes(text.slice('<in>'.length).trim());
  return (text.startsWith('s==') ? text.slice('s=='.length).trim() : text) === own;
}

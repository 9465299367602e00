import { isIP } from 'node:net';
import type { Connection, DriverCapabilities, VolumeState } from '../drivers/contract/index.js';

/** How a backend's export of one volume differs from what its connections ask for. */
export interface ExportDifference {
  readonly kind: 'none' | 'lost-volume' | 'orphan-export' | 'missing-export' | 'unjustified-access';
  /** Hosts that should be admitted and are not. */
  readonly missing: readonly string[];
  /** Hosts that are admitted and should not be. */
  readonly unjustified: readonly string[];
}

type AccessControl = DriverCapabilities['accessControl'];

/** Compares what a backend holds for a volume with the volume's connections. */
export function exportDifference(
  state: Pick<VolumeState, 'exported' | 'admitted'> & Partial<Pick<VolumeState, 'exists'>>,
  connections: readonly Connection[],
  accessControl: AccessControl,
): ExportDifference {
  const expected = new Set(
    connections.flatMap(({ connector }) => hostOf(connector[keyOf(accessControl)]) ?? []),
  );
  const admitted = new Set((state.admitted ?? []).flatMap((host) => nameOf(host, accessControl) ?? []));
  const isComparable = state.exported && state.admitted !== null && accessControl !== 'none';
  const missing = isComparable ? [...expected].filter((host) => !admitted.has(host)) : [];
  const unjustified = isComparable ? [...admitted].filter((host) => !expected.has(host)) : [];
  return { kind: kindOf(), missing, unjustified };

  function kindOf(): ExportDifference['kind'] {
    if (connections.length === 0 && state.exported) return 'orphan-export';
    if (state.exists === false) return 'lost-volume';
    if (connections.length === 0) return 'none';
    if (unjustified.length > 0) return 'unjustified-access';
    return !state.exported || missing.length > 0 ? 'missing-export' : 'none';
  }
}

/** The connector's key that a backend tells hosts apart by. */
export function keyOf(accessControl: AccessControl): 'initiator' | 'ip' {
  return accessControl === 'address' ? 'ip' : 'initiator';
}

/** An admitted host's name, or null for a rule that is not about one host. */
function nameOf(host: string, accessControl: AccessControl): string | null {
  const isHost = accessControl === 'address' ? isIP(host) !== 0 : /^(iqn|eui|naa)\./i.test(host);
  return isHost ? hostOf(host) : null;
}

/** A name in the form in which the same host is the same text: names of initiators have no case (RFC 7143 4.2.7). */
function hostOf(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return null;
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname : name.toLowerCase();
}

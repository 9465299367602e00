import { isIP } from 'node:net';
import { comparableAddress } from '../../platform/hosts/comparable-host.js';
import type { Connection, DriverCapabilities, VolumeState } from '../../drivers/contract/index.js';

/** Difference between a volume's export and its connections. */
export interface ExportDifference {
  readonly kind: 'none' | 'lost-volume' | 'orphan-export' | 'missing-export' | 'unjustified-access';
  /** Hosts that should be admitted and are not. */
  readonly missing: readonly string[];
  /** Hosts that are admitted and should not be. */
  readonly unjustified: readonly string[];
}

type AccessControl = DriverCapabilities['accessControl'];

/** Compares a volume's export at the backend with the volume's connections. */
export function exportDifference(
  state: Pick<VolumeState, 'exported' | 'admitted'> & Partial<Pick<VolumeState, 'exists'>>,
  connections: readonly Connection[],
  accessControl: AccessControl,
): ExportDifference {
  const expected = new Set(
    connections.flatMap(({ connector }) => hostOf(connector[keyOf(accessControl)]) ?? []),
  );
  const admitted = new Set((state.admitted ?? []).flatMap((host) => hostOf(host) ?? []));
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

/** The connector key by which the backend identifies hosts. */
export function keyOf(accessControl: AccessControl): 'initiator' | 'nqn' | 'ip' {
  if (accessControl === 'nqn') return 'nqn';
  return accessControl === 'address' ? 'ip' : 'initiator';
}

/**
 * Normalizes a host name for comparison: initiator names are case-insensitive (RFC 7143 4.2.7). Any text may be one:
 * Nova's fake hypervisor calls its initiator `fake`.
 */
function hostOf(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return null;
  return isIP(name) === 6 ? comparableAddress(name) : name.toLowerCase();
}

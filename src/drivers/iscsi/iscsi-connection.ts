import type { ConnectionInfo, Connector, ExportDetails } from '../contract/index.js';

/** CHAP credentials (RFC 1994), generated for each export. */
export interface ChapCredentials {
  readonly username: string;
  readonly password: string;
}

/** Everything a host needs to reach a volume: target, LUN, portals and credentials. */
export interface TargetAccess {
  readonly iqn: string;
  /** The volume's logical unit number within its target. */
  readonly lun: number;
  readonly portals: readonly string[];
  readonly credentials: ChapCredentials;
  /** The disk's identity on the host, as os-brick's `scsi_wwn`: 3 followed by the NAA designator. */
  readonly wwn: string;
}

/** Returns the export details of iSCSI drivers, which they get back in later calls. */
export function detailsOf({ iqn, credentials }: TargetAccess): ExportDetails {
  return { target_iqn: iqn, ...chap(credentials) };
}

/**
 * Returns the same keys as Cinder's iSCSI targets (docs/specification.md#connection-information), plus the `wwn`, with
 * which the host can check that it has the right disk.
 * @param disk further data about the disk for hosts.
 */
export function iscsiConnection(
  volumeId: string,
  { iqn, lun, portals, credentials, wwn }: TargetAccess,
  connector: Connector,
  disk: { readonly discard: boolean },
): ConnectionInfo {
  const manyPaths = portals.length > 1 || wantsMultipath(connector);
  return {
    driver_volume_type: 'iscsi',
    data: {
      target_discovered: false,
      target_portal: portals[0] ?? '',
      target_iqn: iqn,
      // Must be an integer: os-brick compares it with one on disconnect.
      target_lun: lun,
      ...(manyPaths && {
        target_portals: [...portals],
        target_iqns: portals.map(() => iqn),
        target_luns: portals.map(() => lun),
      }),
      volume_id: volumeId,
      wwn,
      ...disk,
      ...chap(credentials),
    },
  };
}

function chap({ username, password }: ChapCredentials): ExportDetails {
  return { auth_method: 'CHAP', auth_username: username, auth_password: password };
}

/** Returns true if the host wants every portal. Command-line clients send booleans as strings. */
export function wantsMultipath({ multipath }: Connector): boolean {
  return multipath === true || (typeof multipath === 'string' && multipath.toLowerCase() === 'true');
}

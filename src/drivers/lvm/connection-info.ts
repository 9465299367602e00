import type { ConnectionInfo, Connector, ExportDetails } from '../contract/index.js';
import { wantsMultipath } from './initiator.js';
import type { LvmOptions } from './lvm-options.js';
import type { ChapCredentials } from './targets/target.js';

/** One volume's target, as hosts are told of it. */
export interface TargetAddress {
  readonly volumeId: string;
  readonly iqn: string;
  readonly lun: number;
  readonly credentials: ChapCredentials;
}

/** What the driver wants to see again at later calls. */
export function detailsOf({ iqn, credentials }: Pick<TargetAddress, 'iqn' | 'credentials'>): ExportDetails {
  return {
    target_iqn: iqn,
    auth_method: 'CHAP',
    auth_username: credentials.username,
    auth_password: credentials.password,
  };
}

/** What Cinder's iSCSI targets answer, key for key (SPEC 13.2). */
export function connectionInfo(
  { volumeId, iqn, lun, credentials }: TargetAddress,
  connector: Connector,
  { portals, discard }: Pick<LvmOptions, 'portals' | 'discard'>,
): ConnectionInfo {
  const manyPaths = portals.length > 1 || wantsMultipath(connector);
  return {
    driver_volume_type: 'iscsi',
    data: {
      target_discovered: false,
      target_portal: portals[0] ?? '',
      target_iqn: iqn,
      // An integer: os-brick compares it with one when it disconnects.
      target_lun: lun,
      ...(manyPaths && {
        target_portals: [...portals],
        target_iqns: portals.map(() => iqn),
        target_luns: portals.map(() => lun),
      }),
      volume_id: volumeId,
      discard,
      auth_method: 'CHAP',
      auth_username: credentials.username,
      auth_password: credentials.password,
    },
  };
}

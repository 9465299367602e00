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

/** The options that hosts are told of. */
export type HostOptions = Pick<LvmOptions, 'portals' | 'discard' | 'disk_geometry'>;

/** Bytes of a physical and of a logical block; texts, as Nova puts them into a guest's definition (SPEC 13.1). */
const BLOCK_SIZES: Readonly<Record<NonNullable<LvmOptions['disk_geometry']>, readonly [string, string]>> = {
  '512': ['512', '512'],
  '512e': ['4096', '512'],
  '4k': ['4096', '4096'],
};

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
  { portals, discard, disk_geometry: geometry }: HostOptions,
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
      ...(geometry !== undefined && blockSizes(geometry)),
      auth_method: 'CHAP',
      auth_username: credentials.username,
      auth_password: credentials.password,
    },
  };
}

function blockSizes(geometry: keyof typeof BLOCK_SIZES): object {
  const [physical, logical] = BLOCK_SIZES[geometry];
  return { physical_block_size: physical, logical_block_size: logical };
}

import type { ConnectionInfo, Connector } from '../contract/index.js';
import { iscsiConnection, type TargetAccess } from '../iscsi/iscsi-connection.js';
import type { LvmOptions } from './lvm-options.js';

/** The options that hosts are told about. */
export type HostOptions = Pick<LvmOptions, 'discard' | 'disk_geometry'>;

/** Physical and logical block sizes in bytes, as strings for Nova (docs/specification.md#connection-information). */
const BLOCK_SIZES: Readonly<Record<NonNullable<LvmOptions['disk_geometry']>, readonly [string, string]>> = {
  '512': ['512', '512'],
  '512e': ['4096', '512'],
  '4k': ['4096', '4096'],
};

/** Returns the connection information for hosts, with the disk properties for their guests. */
export function connectionInfo(
  volumeId: string,
  access: TargetAccess,
  connector: Connector,
  { discard, disk_geometry: geometry }: HostOptions,
): ConnectionInfo {
  const disk = { discard, ...(geometry !== undefined && blockSizes(geometry)) };
  return iscsiConnection(volumeId, access, connector, disk);
}

function blockSizes(geometry: keyof typeof BLOCK_SIZES): object {
  const [physical, logical] = BLOCK_SIZES[geometry];
  return { physical_block_size: physical, logical_block_size: logical };
}

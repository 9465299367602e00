import type { Portal } from '../../portals.js';
import type { ChapCredentials } from '../../../iscsi/iscsi-connection.js';
import type { AdmittedHost } from '../target.js';

/** The only logical unit of a LIO target. */
export const LIO_LUN = 0;

const tpg = (iqn: string) => `/iscsi/${iqn}/tpg1`;

interface NewTarget {
  readonly name: string;
  readonly iqn: string;
  readonly device: string;
  /** Serial number of the disk that hosts see. */
  readonly serial: string;
  readonly discard: boolean;
}

/**
 * Returns lines for targetcli's standard input, so that no secret is an argument. targetcli continues after a failed line
 * and exits with status 0, so callers must check the outcome.
 */
export function makeTarget(
  { name, iqn, device, serial, discard }: NewTarget,
  portals: readonly Portal[],
): readonly string[] {
  return [
    `/backstores/block create name=${name} dev=${device} wwn=${serial}`,
    ...(discard ? [`/backstores/block/${name} set attribute emulate_tpu=1`] : []),
    `/iscsi create ${iqn}`,
    // Require an ACL and CHAP for every host, before the LUN exists.
    `${tpg(iqn)} set attribute authentication=1 generate_node_acls=0 demo_mode_write_protect=1`,
    `${tpg(iqn)}/luns create /backstores/block/${name} lun=${LIO_LUN} add_mapped_luns=false`,
    // targetcli adds this portal by default.
    `${tpg(iqn)}/portals delete 0.0.0.0 3260`,
    ...portals.map(({ address, port }) => `${tpg(iqn)}/portals create ${address} ${port}`),
  ];
}

/** Admits a host. The volume is mapped last, after the host's secret is set. */
export function admit(
  iqn: string,
  { initiator, mode }: AdmittedHost,
  { username, password }: ChapCredentials,
): readonly string[] {
  const acl = `${tpg(iqn)}/acls/${initiator}`;
  return [
    `${tpg(iqn)}/acls create wwn=${initiator} add_mapped_luns=false`,
    `${acl} set auth userid=${username} password=${password}`,
    ...mapVolume(iqn, { initiator, mode }),
  ];
}

/** Changes the mode of an admitted host. */
export function remap(iqn: string, host: AdmittedHost): readonly string[] {
  return [`${tpg(iqn)}/acls/${host.initiator} delete ${LIO_LUN}`, ...mapVolume(iqn, host)];
}

/** Removes the host's ACL. The kernel ends its sessions and waits until they are gone. */
export function expel(iqn: string, initiator: string): string {
  return `${tpg(iqn)}/acls delete ${initiator}`;
}

export function removeTarget(iqn: string): string {
  return `/iscsi delete ${iqn}`;
}

export function removeBackstore(name: string): string {
  return `/backstores/block delete ${name}`;
}

/** Last line of a script: its changes survive a restart of the host. */
export const SAVE: readonly string[] = ['saveconfig'];

function mapVolume(iqn: string, { initiator, mode }: AdmittedHost): readonly string[] {
  const protect = mode === 'ro' ? 1 : 0;
  return [
    `${tpg(iqn)}/acls/${initiator} create mapped_lun=${LIO_LUN} ` +
      `tpg_lun_or_backstore=lun${LIO_LUN} write_protect=${protect}`,
  ];
}

import type { Portal } from '../../portals.js';
import type { AdmittedHost, ChapCredentials } from '../target.js';

/** The only logical unit of a LIO target. */
export const LIO_LUN = 0;

const tpg = (iqn: string) => `/iscsi/${iqn}/tpg1`;

/**
 * Lines for targetcli's standard input, so that no secret is an argument. targetcli goes on after a line that fails and
 * ends with status 0: what came of them is looked up afterwards.
 */
export function makeTarget(
  { name, iqn, device, discard }: { name: string; iqn: string; device: string; discard: boolean },
  portals: readonly Portal[],
): readonly string[] {
  return [
    `/backstores/block create name=${name} dev=${device}`,
    ...(discard ? [`/backstores/block/${name} set attribute emulate_tpu=1`] : []),
    `/iscsi create ${iqn}`,
    // Nobody without a rule of his own, and nobody without CHAP; before there is anything to see.
    `${tpg(iqn)} set attribute authentication=1 generate_node_acls=0 demo_mode_write_protect=1`,
    `${tpg(iqn)}/luns create /backstores/block/${name} lun=${LIO_LUN} add_mapped_luns=false`,
    // targetcli adds this one by itself, unless it is set otherwise.
    `${tpg(iqn)}/portals delete 0.0.0.0 3260`,
    ...portals.map(({ address, port }) => `${tpg(iqn)}/portals create ${address} ${port}`),
  ];
}

/** The volume appears to the host last, when its secret is set. */
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

/** Shows the volume to an admitted host in another mode. */
export function remap(iqn: string, host: AdmittedHost): readonly string[] {
  return [`${tpg(iqn)}/acls/${host.initiator} delete ${LIO_LUN}`, ...mapVolume(iqn, host)];
}

/** The kernel ends the host's sessions and waits until they are gone. */
export function expel(iqn: string, initiator: string): string {
  return `${tpg(iqn)}/acls delete ${initiator}`;
}

export function removeTarget(name: string, iqn: string): readonly string[] {
  return [`/iscsi delete ${iqn}`, `/backstores/block delete ${name}`];
}

/** Ends a script: what it changed outlives a restart of the host. */
export const SAVE: readonly string[] = ['saveconfig'];

function mapVolume(iqn: string, { initiator, mode }: AdmittedHost): readonly string[] {
  const protect = mode === 'ro' ? 1 : 0;
  return [
    `${tpg(iqn)}/acls/${initiator} create mapped_lun=${LIO_LUN} ` +
      `tpg_lun_or_backstore=lun${LIO_LUN} write_protect=${protect}`,
  ];
}

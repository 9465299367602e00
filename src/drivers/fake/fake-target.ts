import { randomBytes } from 'node:crypto';
import type { Connection, ExportDetails, ExportState, VolumeState } from '../contract/index.js';
import type { TargetAccess } from '../iscsi/iscsi-connection.js';
import { initiatorOf, isSameHost } from './fake-connector.js';
import type { ExportedVolume, FakeExport, FakeVolume } from './fake-volume.js';

/** Returns a new target with fresh CHAP credentials that admits no host yet. */
export function newExport(volumeId: string): FakeExport {
  return {
    targetIqn: `iqn.2010-10.org.openstack:volume-${volumeId}`,
    username: randomBytes(10).toString('hex'),
    password: randomBytes(16).toString('hex'),
    admitted: [],
  };
}

/** Returns the export with the connection's host admitted; the same object if nothing changes. */
export function admit(target: FakeExport, connection: Connection): FakeExport {
  const initiator = initiatorOf(connection);
  if (initiator === null) return target;
  const known = target.admitted.find((host) => isSameHost(host.initiator, initiator));
  if (known?.mode === 'rw' || known?.mode === connection.mode) return target;
  const others = target.admitted.filter((host) => host !== known);
  return { ...target, admitted: [...others, { initiator, mode: connection.mode }] };
}

/** Returns the access data of an exported volume's target. */
export function accessTo(volumeId: string, target: FakeExport, portals: readonly string[]): TargetAccess {
  const { targetIqn: iqn, username, password } = target;
  return { iqn, lun: 0, portals, credentials: { username, password }, wwn: wwnOf(volumeId) };
}

/** Returns the credentials that hosts got before a restart. */
export function credentialsIn(details: ExportDetails | null): Partial<FakeExport> {
  const { auth_username: username, auth_password: password } = details ?? {};
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : {};
}

export function exportState({ volumeId, export: { admitted } }: ExportedVolume): ExportState {
  return { volumeId, admitted: admitted.map(({ initiator }) => initiator) };
}

export function stateOf(volume: FakeVolume | undefined): VolumeState {
  return {
    exists: volume !== undefined,
    exported: volume?.export != null,
    admitted: volume?.export?.admitted.map(({ initiator }) => initiator) ?? [],
  };
}

/** Returns the WWN of a LIO disk whose serial number is the volume's id. */
function wwnOf(volumeId: string): string {
  return `36001405${volumeId.replaceAll('-', '').slice(0, 25)}`;
}

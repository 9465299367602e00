import { randomBytes } from 'node:crypto';
import type { Connection, ConnectionInfo, Connector, ExportDetails, VolumeState } from '../contract/index.js';
import { initiatorOf, wantsMultipath } from './fake-connector.js';
import type { FakeOptions } from './fake-options.js';
import type { FakeExport, FakeVolume } from './fake-store.js';

/** A target that admits nobody yet, with CHAP credentials of its own. */
export function newExport(volumeId: string): FakeExport {
  return {
    targetIqn: `iqn.2010-10.org.openstack:volume-${volumeId}`,
    username: randomBytes(10).toString('hex'),
    password: randomBytes(16).toString('hex'),
    admitted: [],
  };
}

/** The export with the connection's host admitted; the same object when nothing changes. */
export function admit(target: FakeExport, connection: Connection): FakeExport {
  const initiator = initiatorOf(connection);
  if (initiator === null) return target;
  const known = target.admitted.find((host) => host.initiator === initiator);
  if (known?.mode === 'rw' || known?.mode === connection.mode) return target;
  const others = target.admitted.filter((host) => host !== known);
  return { ...target, admitted: [...others, { initiator, mode: connection.mode }] };
}

/** What the driver wants to see again at later calls. */
export function detailsOf(target: FakeExport): ExportDetails {
  return {
    target_iqn: target.targetIqn,
    auth_method: 'CHAP',
    auth_username: target.username,
    auth_password: target.password,
  };
}

/** The credentials that hosts were given before a restart. */
export function credentialsIn(details: ExportDetails | null): Partial<FakeExport> {
  const { auth_username: username, auth_password: password } = details ?? {};
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : {};
}

export function stateOf(volume: FakeVolume | undefined): VolumeState {
  return {
    exists: volume !== undefined,
    exported: volume?.export != null,
    admitted: volume?.export?.admitted.map(({ initiator }) => initiator) ?? [],
  };
}

/** What Cinder's iSCSI targets answer, key for key. */
export function connectionInfo(
  volumeId: string,
  target: FakeExport,
  connector: Connector,
  { portals, discard }: Pick<FakeOptions, 'portals' | 'discard'>,
): ConnectionInfo {
  const manyPaths = portals.length > 1 || wantsMultipath(connector);
  return {
    driver_volume_type: 'iscsi',
    data: {
      target_discovered: false,
      target_portal: portals[0] ?? '',
      target_iqn: target.targetIqn,
      target_lun: 0,
      ...(manyPaths && {
        target_portals: [...portals],
        target_iqns: portals.map(() => target.targetIqn),
        target_luns: portals.map(() => 0),
      }),
      volume_id: volumeId,
      discard,
      auth_method: 'CHAP',
      auth_username: target.username,
      auth_password: target.password,
    },
  };
}

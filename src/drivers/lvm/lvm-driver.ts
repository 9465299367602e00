import {
  DriverError,
  type BackendStats,
  type CallContext,
  type Connection,
  type ConnectionInfo,
  type Connector,
  type ExportDetails,
  type ExportState,
  type ExtendableDriver,
  type FencingDriver,
  type VolumeDriver,
  type VolumeRef,
  type VolumeState,
} from '../contract/index.js';
import { connectionInfo, detailsOf, type HostOptions } from './connection-info.js';
import { checkInitiator, initiatorOf, isSameInitiator } from './initiator.js';
import { checkPortals } from './portals.js';
import { credentialsIn } from './targets/chap.js';
import type { AdmittedHost, Target, TargetState } from './targets/target.js';
import type { VolumeStore } from './volume-store.js';

const VOLUME_NAME = /^volume-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Volumes of a store, shown to hosts by a target. What is there is asked from both every time; it keeps no state. */
export class LvmDriver implements VolumeDriver, ExtendableDriver, FencingDriver {
  constructor(
    private readonly options: HostOptions,
    private readonly volumes: VolumeStore,
    private readonly target: Target,
  ) {}

  async setup(): Promise<void> {
    checkPortals(this.options.portals);
    const { signal } = new AbortController();
    await this.volumes.setup(signal);
    await this.target.setup(signal);
  }

  async createVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    await this.volumes.create(nameOf(volume), volume.sizeGib, signal);
  }

  async deleteVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    await this.target.remove(nameOf(volume), signal);
    await this.volumes.remove(nameOf(volume), signal);
  }

  async extendVolume(volume: VolumeRef, newSizeGib: number, { signal }: CallContext): Promise<void> {
    const name = nameOf(volume);
    await this.volumes.extend(name, newSizeGib, signal);
    await this.volumes.device(name, signal);
    // Also when it had grown before: the call that grew it may have died before this.
    await this.target.resized(name, newSizeGib, signal);
  }

  validateConnector(connector: Connector): void {
    checkInitiator(connector);
  }

  async createExport(
    volume: VolumeRef,
    _connection: Connection,
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    const name = nameOf(volume);
    if (!(await this.volumes.exists(name, signal))) {
      throw new DriverError('NOT_FOUND', `volume ${volume.id} does not exist`);
    }
    const device = await this.volumes.device(name, signal);
    const credentials = await this.target.ensure(name, device, credentialsIn(volume.exportDetails), signal);
    return detailsOf({ iqn: this.target.iqnOf(name), credentials });
  }

  async ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    call: CallContext,
  ): Promise<ExportDetails> {
    const hosts = connections.reduce(admit, []);
    const details = await this.createExport(volume, { attachmentId: '', connector: {}, mode: 'rw' }, call);
    // Exactly these: a host that was detached while the target was down must not come back with it.
    await this.target.changeHosts(nameOf(volume), () => hosts, credentialsIn(details), call.signal);
    return details;
  }

  async removeExport(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    await this.target.remove(nameOf(volume), signal);
  }

  async initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    others: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ConnectionInfo> {
    const name = nameOf(volume);
    const initiator = initiatorOf(connection);
    const sameHost = others.filter((other) => isOf(other, initiator));
    const credentials = await this.target.changeHosts(
      name,
      (admitted) => [...sameHost, connection].reduce(admit, without(admitted, initiator)),
      credentialsIn(volume.exportDetails),
      signal,
    );
    if (credentials === null) throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
    const iqn = this.target.iqnOf(name);
    return connectionInfo(
      { volumeId: volume.id, iqn, lun: this.target.lun, credentials },
      connection.connector,
      this.options,
    );
  }

  async terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    const initiator = initiatorOf(connection);
    // Admitting the host's other connections anew also leaves it the widest mode that one of them asked for.
    const needed = remaining.filter((other) => isOf(other, initiator));
    await this.target.changeHosts(
      nameOf(volume),
      (admitted) => needed.reduce(admit, without(admitted, initiator)),
      credentialsIn(volume.exportDetails),
      signal,
    );
  }

  async fenceConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    call: CallContext,
  ): Promise<void> {
    const initiator = initiatorOf(connection);
    if (remaining.some((other) => isOf(other, initiator))) {
      throw new DriverError('FAILED_PRECONDITION', 'another attachment of the same host uses the volume');
    }
    await this.terminateConnection(volume, connection, remaining, call);
    const state = await this.target.find(nameOf(volume), call.signal);
    if (state !== null && reaches(state, initiator)) {
      throw new DriverError(
        'FAILED_PRECONDITION',
        `the target still has a rule or a session of ${initiator}`,
      );
    }
  }

  async inspect(volume: VolumeRef, { signal }: CallContext): Promise<VolumeState> {
    const name = nameOf(volume);
    const exists = await this.volumes.exists(name, signal);
    const state = await this.target.find(name, signal);
    return { exists, exported: state !== null, admitted: state === null ? [] : admittedIn(state) };
  }

  async listExports({ signal }: CallContext): Promise<readonly ExportState[]> {
    const states = await this.target.list(signal);
    return states.flatMap((state) => {
      const volumeId = VOLUME_NAME.exec(state.name)?.[1];
      // Another backend may use the same target software and prefix.
      if (volumeId === undefined || state.device === null || !this.volumes.owns(state.device)) return [];
      return [{ volumeId, admitted: admittedIn(state) }];
    });
  }

  async getStats({ signal }: CallContext): Promise<BackendStats> {
    return this.volumes.stats(signal);
  }
}

/** The name becomes a word of commands and the name of a file: it is what it says, and nothing else. */
function nameOf({ id, name }: VolumeRef): string {
  if (VOLUME_NAME.exec(name)?.[1] !== id) throw new DriverError('INTERNAL', 'the volume has no usable name');
  return name;
}

function isOf(connection: Connection, initiator: string): boolean {
  return isSameInitiator(initiatorOf(connection), initiator);
}

function without(hosts: readonly AdmittedHost[], initiator: string): readonly AdmittedHost[] {
  return hosts.filter((host) => !isSameInitiator(host.initiator, initiator));
}

/** The hosts with the connection's one, which keeps the wider of its modes. */
function admit(hosts: readonly AdmittedHost[], connection: Connection): readonly AdmittedHost[] {
  const initiator = initiatorOf(connection);
  const known = hosts.find((host) => isSameInitiator(host.initiator, initiator));
  const mode = known?.mode === 'rw' ? 'rw' : connection.mode;
  return [...without(hosts, initiator), { initiator, mode }];
}

function admittedIn({ hosts }: TargetState): readonly string[] {
  return hosts.map(({ initiator }) => initiator);
}

function reaches({ hosts, sessions }: TargetState, initiator: string): boolean {
  const names = [...sessions, ...hosts.map((host) => host.initiator)];
  return names.some((name) => isSameInitiator(name, initiator));
}

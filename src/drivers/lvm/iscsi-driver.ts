import {
  DriverError,
  exportPage,
  type BackendStats,
  type CallContext,
  type Connection,
  type ConnectionInfo,
  type Connector,
  type ExportDetails,
  type ExportPage,
  type ExportState,
  type ExtendableDriver,
  type FencingDriver,
  type VolumeDriver,
  type VolumeRef,
  type VolumeState,
} from '../contract/index.js';
import { detailsOf } from '../iscsi/iscsi-connection.js';
import { connectionInfo, type HostOptions } from './connection-info.js';
import { checkInitiator, initiatorOf, isSameInitiator } from './initiator.js';
import { recordedIn } from './targets/chap.js';
import type { AdmittedHost, RecordedExport, Target, TargetState } from './targets/target.js';
import type { VolumeStore } from './volume-store.js';

const VOLUME_NAME = /^volume-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Exports the volumes of a store through a target. Keeps no state: every call queries both. */
export class IscsiDriver implements VolumeDriver, ExtendableDriver, FencingDriver {
  constructor(
    private readonly options: HostOptions,
    private readonly volumes: VolumeStore,
    private readonly target: Target,
  ) {}

  async setup(): Promise<void> {
    const { signal } = new AbortController();
    await this.volumes.setup(signal);
    await this.target.setup(signal);
  }

  async createVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    await this.volumes.create(nameOf(volume), volume.sizeGib, signal);
  }

  async deleteVolume(volume: VolumeRef, call: CallContext): Promise<void> {
    await this.target.remove(nameOf(volume), call.signal);
    await this.volumes.remove(nameOf(volume), call);
  }

  async extendVolume(volume: VolumeRef, newSizeGib: number, { signal }: CallContext): Promise<void> {
    const name = nameOf(volume);
    await this.volumes.extend(name, newSizeGib, signal);
    await this.volumes.device(name, signal);
    // Even if the volume was already that large: an earlier call may have died before this step.
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
    const device = await this.volumes.device(name, signal);
    return detailsOf(await this.target.ensure(name, device, recordedOf(volume), signal));
  }

  async ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    call: CallContext,
  ): Promise<ExportDetails> {
    const hosts = connections.reduce(admit, []);
    const details = await this.createExport(volume, { attachmentId: '', connector: {}, mode: 'rw' }, call);
    // Exactly these hosts: one that was detached while the target was down must not be admitted again.
    const recorded = recordedOf({ ...volume, exportDetails: details });
    await this.target.changeHosts(nameOf(volume), () => hosts, recorded, call.signal);
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
    const access = await this.target.changeHosts(
      name,
      (admitted) => narrowed(admitted, initiator, [...sameHost, connection]),
      recordedOf(volume),
      signal,
    );
    if (access === null) throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
    return connectionInfo(volume.id, access, connection.connector, this.options);
  }

  async terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    const initiator = initiatorOf(connection);
    // Admitting the host's other connections again also gives it the widest mode that one of them requested.
    const needed = remaining.filter((other) => isOf(other, initiator));
    await this.target.changeHosts(
      nameOf(volume),
      (admitted) => narrowed(admitted, initiator, needed),
      recordedOf(volume),
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

  async listExports(page: ExportPage, { signal }: CallContext): Promise<readonly ExportState[]> {
    const states = await this.target.list(signal);
    const exports = states.flatMap((state) => {
      const volumeId = VOLUME_NAME.exec(state.name)?.[1];
      // Another backend may use the same target software and prefix.
      if (volumeId === undefined || state.device === null || !this.volumes.owns(state.device)) return [];
      return [{ volumeId, admitted: admittedIn(state) }];
    });
    return exportPage(exports, page);
  }

  async getStats({ signal }: CallContext): Promise<BackendStats> {
    return this.volumes.stats(signal);
  }
}

/** Validates the volume's name, which is used in commands and file names. */
function nameOf({ id, name }: VolumeRef): string {
  if (VOLUME_NAME.exec(name)?.[1] !== id) throw new DriverError('INTERNAL', 'the volume has no usable name');
  return name;
}

function recordedOf(volume: VolumeRef): RecordedExport {
  return recordedIn(volume.exportDetails, nameOf(volume));
}

function isOf(connection: Connection, initiator: string): boolean {
  return isSameInitiator(initiatorOf(connection), initiator);
}

function without(hosts: readonly AdmittedHost[], initiator: string): readonly AdmittedHost[] {
  return hosts.filter((host) => !isSameInitiator(host.initiator, initiator));
}

/**
 * Adds the connection's host, which keeps the wider of its modes. Names are compared case-insensitively but kept as
 * written: tgt admits a host only under the exact spelling with which it logs in.
 */
function admit(hosts: readonly AdmittedHost[], connection: Connection): readonly AdmittedHost[] {
  const initiator = initiatorOf(connection);
  const known = hosts.filter((host) => isSameInitiator(host.initiator, initiator));
  const mode = known.some((host) => host.mode === 'rw') ? 'rw' : connection.mode;
  const spellings = new Set([...known.map((host) => host.initiator), initiator]);
  return [...without(hosts, initiator), ...[...spellings].map((name) => ({ initiator: name, mode }))];
}

/** Limits one host to these connections. It keeps every spelling with which it may be logged in. */
function narrowed(
  hosts: readonly AdmittedHost[],
  initiator: string,
  connections: readonly Connection[],
): readonly AdmittedHost[] {
  const [first] = connections;
  if (first === undefined) return without(hosts, initiator);
  const mode = connections.some((one) => one.mode === 'rw') ? 'rw' : first.mode;
  const own = hosts.filter((host) => isSameInitiator(host.initiator, initiator));
  const spellings = new Set([...own.map((host) => host.initiator), ...connections.map(initiatorOf)]);
  return [...without(hosts, initiator), ...[...spellings].map((name) => ({ initiator: name, mode }))];
}

function admittedIn({ hosts }: TargetState): readonly string[] {
  return hosts.map(({ initiator }) => initiator);
}

function reaches({ hosts, sessions }: TargetState, initiator: string): boolean {
  const names = [...sessions, ...hosts.map((host) => host.initiator)];
  return names.some((name) => isSameInitiator(name, initiator));
}

import {
  CONTRACT_VERSION,
  defineDriver,
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
import { checkInitiator, initiatorOf } from './fake-connector.js';
import { fakeOptionsSchema, type FakeOptions } from './fake-options.js';
import { FakeStore } from './fake-store.js';
import { admit, connectionInfo, credentialsIn, detailsOf, newExport, stateOf } from './fake-target.js';
import { FaultScript } from './fault-script.js';

/** An iSCSI backend without disks: it keeps every rule of one, and fails when its options say so. */
class FakeDriver implements VolumeDriver, ExtendableDriver, FencingDriver {
  private readonly script: FaultScript;

  constructor(
    private readonly options: FakeOptions,
    private readonly store: FakeStore,
  ) {
    this.script = new FaultScript(options);
  }

  setup(): Promise<void> {
    return this.script.play('setup', {}, new AbortController().signal, () => this.store.load());
  }

  teardown(): Promise<void> {
    return this.script.play('teardown', {}, new AbortController().signal, () => Promise.resolve());
  }

  createVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.script.play('createVolume', { volumeId: volume.id }, signal, async () => {
      if (this.store.find(volume.id) !== undefined) return;
      this.assertFits(volume.sizeGib);
      await this.store.put(volume.id, { sizeGib: volume.sizeGib, export: null });
    });
  }

  deleteVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.script.play('deleteVolume', { volumeId: volume.id }, signal, () =>
      this.store.delete(volume.id),
    );
  }

  extendVolume(volume: VolumeRef, newSizeGib: number, { signal }: CallContext): Promise<void> {
    return this.script.play('extendVolume', { volumeId: volume.id }, signal, async () => {
      const stored = this.store.get(volume.id);
      if (newSizeGib <= stored.sizeGib) return;
      this.assertFits(newSizeGib - stored.sizeGib);
      await this.store.put(volume.id, { ...stored, sizeGib: newSizeGib });
    });
  }

  validateConnector(connector: Connector): void {
    this.script.check('validateConnector', { connectors: [connector] });
    checkInitiator(connector);
  }

  createExport(volume: VolumeRef, connection: Connection, { signal }: CallContext): Promise<ExportDetails> {
    const subject = { volumeId: volume.id, connectors: [connection.connector] };
    return this.script.play('createExport', subject, signal, async () => {
      const stored = this.store.get(volume.id);
      if (stored.export !== null) return detailsOf(stored.export);
      const made = newExport(volume.id);
      await this.store.put(volume.id, { ...stored, export: made });
      return detailsOf(made);
    });
  }

  ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    const subject = { volumeId: volume.id, connectors: connections.map(({ connector }) => connector) };
    return this.script.play('ensureExport', subject, signal, async () => {
      const stored = this.store.get(volume.id);
      const restored = connections.reduce(admit, {
        ...(stored.export ?? newExport(volume.id)),
        ...credentialsIn(volume.exportDetails),
      });
      await this.store.put(volume.id, { ...stored, export: restored });
      return detailsOf(restored);
    });
  }

  removeExport(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.script.play('removeExport', { volumeId: volume.id }, signal, async () => {
      const stored = this.store.find(volume.id);
      if (stored === undefined || stored.export === null) return;
      await this.store.put(volume.id, { ...stored, export: null });
    });
  }

  initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    _others: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ConnectionInfo> {
    const subject = { volumeId: volume.id, connectors: [connection.connector] };
    return this.script.play('initializeConnection', subject, signal, async () => {
      const stored = this.store.get(volume.id);
      if (stored.export === null) throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
      const admitting = admit(stored.export, connection);
      if (admitting !== stored.export) await this.store.put(volume.id, { ...stored, export: admitting });
      return connectionInfo(volume.id, admitting, connection.connector, this.options);
    });
  }

  terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    const subject = { volumeId: volume.id, connectors: [connection.connector] };
    return this.script.play('terminateConnection', subject, signal, async () => {
      const stored = this.store.find(volume.id);
      if (stored === undefined || stored.export === null) return;
      const gone = initiatorOf(connection);
      const needed = remaining.filter((other) => initiatorOf(other) === gone);
      const others = stored.export.admitted.filter(({ initiator }) => initiator !== gone);
      // Admitting the host's other connections anew also leaves it the widest mode that one of them asked for.
      const narrowed = needed.reduce(admit, { ...stored.export, admitted: others });
      await this.store.put(volume.id, { ...stored, export: narrowed });
    });
  }

  fenceConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    const subject = { volumeId: volume.id, connectors: [connection.connector] };
    return this.script.play('fenceConnection', subject, signal, async () => {
      const host = initiatorOf(connection);
      if (remaining.some((other) => initiatorOf(other) === host)) {
        throw new DriverError('FAILED_PRECONDITION', 'another attachment of the same host uses the volume');
      }
      await this.cutOff(volume.id, host);
    });
  }

  inspect(volume: VolumeRef, { signal }: CallContext): Promise<VolumeState> {
    return this.script.play('inspect', { volumeId: volume.id }, signal, () =>
      Promise.resolve(stateOf(this.store.find(volume.id))),
    );
  }

  listExports({ signal }: CallContext): Promise<readonly ExportState[]> {
    return this.script.play('listExports', {}, signal, () =>
      Promise.resolve(
        this.store
          .all()
          .flatMap(([volumeId, volume]) =>
            volume.export === null ? [] : [{ volumeId, admitted: stateOf(volume).admitted }],
          ),
      ),
    );
  }

  getStats({ signal }: CallContext): Promise<BackendStats> {
    return this.script.play('getStats', {}, signal, () =>
      Promise.resolve({ totalGib: this.options.capacity_gib, freeGib: this.freeGib() }),
    );
  }

  private async cutOff(volumeId: string, host: string | null): Promise<void> {
    const stored = this.store.find(volumeId);
    if (stored === undefined || stored.export === null) return;
    const admitted = stored.export.admitted.filter(({ initiator }) => initiator !== host);
    await this.store.put(volumeId, { ...stored, export: { ...stored.export, admitted } });
  }

  private freeGib(): number {
    return this.options.capacity_gib - this.store.usedGib();
  }

  private assertFits(moreGib: number): void {
    const freeGib = this.freeGib();
    if (moreGib <= freeGib) return;
    throw new DriverError('RESOURCE_EXHAUSTED', `${moreGib} GiB are needed and ${freeGib} GiB are free`);
  }
}

export default defineDriver({
  name: 'fake',
  contract: CONTRACT_VERSION,
  capabilities: {
    storageProtocol: 'iSCSI',
    multiattach: true,
    readOnlyExports: true,
    accessControl: 'initiator',
    extend: 'attached',
    fence: true,
  },
  optionsSchema: fakeOptionsSchema,
  create: (options, host) => {
    // The server has checked them with the schema and filled in its defaults.
    const checked = options as unknown as FakeOptions;
    return new FakeDriver(checked, new FakeStore(checked.persist ? host.stateFolder : null));
  },
});

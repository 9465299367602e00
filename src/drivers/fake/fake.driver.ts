import { isDeepStrictEqual } from 'node:util';
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
  type ExportPage,
  type ExportState,
  type ExtendableDriver,
  type FencingDriver,
  type VolumeDriver,
  type VolumeRef,
  type VolumeState,
} from '../contract/index.js';
import { detailsOf, iscsiConnection, type TargetAccess } from '../iscsi/iscsi-connection.js';
import { checkInitiator, initiatorOf, isSameHost } from './fake-connector.js';
import { fakeOptionsSchema, type FakeOptions } from './fake-options.js';
import { FakeStore } from './fake-store.js';
import { accessTo, admit, credentialsIn, exportState, newExport, stateOf } from './fake-target.js';
import type { FakeExport } from './fake-volume.js';
import { FaultScript } from './fault-script.js';

/** An iSCSI backend without disks. It follows all rules of the contract, and fails where its options say so. */
class FakeDriver implements VolumeDriver, ExtendableDriver, FencingDriver {
  private readonly script: FaultScript;

  constructor(
    private readonly options: FakeOptions,
    private readonly store: FakeStore,
  ) {
    this.script = new FaultScript(options);
  }

  setup(): Promise<void> {
    return this.script.play('setup', {}, new AbortController().signal, () => this.store.open());
  }

  teardown(): Promise<void> {
    return this.script.play('teardown', {}, new AbortController().signal, () => this.store.close());
  }

  createVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.script.play('createVolume', { volumeId: volume.id }, signal, () =>
      this.store.create(volume.id, volume.sizeGib),
    );
  }

  deleteVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.script.play('deleteVolume', { volumeId: volume.id }, signal, () =>
      this.store.delete(volume.id),
    );
  }

  extendVolume(volume: VolumeRef, newSizeGib: number, { signal }: CallContext): Promise<void> {
    return this.script.play('extendVolume', { volumeId: volume.id }, signal, () =>
      this.store.extend(volume.id, newSizeGib),
    );
  }

  validateConnector(connector: Connector): void {
    this.script.check('validateConnector', { connectors: [connector] });
    checkInitiator(connector);
  }

  createExport(volume: VolumeRef, connection: Connection, { signal }: CallContext): Promise<ExportDetails> {
    const subject = { volumeId: volume.id, connectors: [connection.connector] };
    return this.script.play('createExport', subject, signal, async () =>
      detailsOf(this.accessTo(volume, await this.store.addExport(volume.id, newExport(volume.id)))),
    );
  }

  ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    const subject = { volumeId: volume.id, connectors: connections.map(({ connector }) => connector) };
    return this.script.play('ensureExport', subject, signal, async () => {
      const { export: earlier } = await this.store.get(volume.id);
      const restored = connections.reduce(admit, {
        ...(earlier ?? newExport(volume.id)),
        ...credentialsIn(volume.exportDetails),
      });
      // At start this is called for every export, and most are intact.
      if (!isDeepStrictEqual(restored, earlier)) await this.store.putExport(volume.id, restored);
      return detailsOf(this.accessTo(volume, restored));
    });
  }

  removeExport(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.script.play('removeExport', { volumeId: volume.id }, signal, () =>
      this.store.removeExport(volume.id),
    );
  }

  initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    _others: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ConnectionInfo> {
    const subject = { volumeId: volume.id, connectors: [connection.connector] };
    return this.script.play('initializeConnection', subject, signal, async () => {
      const { export: earlier } = await this.store.get(volume.id);
      if (earlier === null) throw notExported(volume.id);
      const admitting = admit(earlier, connection);
      if (admitting !== earlier && !(await this.store.changeExport(volume.id, admitting))) {
        throw notExported(volume.id);
      }
      const { discard } = this.options;
      return iscsiConnection(volume.id, this.accessTo(volume, admitting), connection.connector, { discard });
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
      const gone = initiatorOf(connection);
      const needed = remaining.filter((other) => isSameHost(initiatorOf(other), gone));
      await this.cutOff(volume.id, gone, needed);
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
      if (remaining.some((other) => isSameHost(initiatorOf(other), host))) {
        throw new DriverError('FAILED_PRECONDITION', 'another attachment of the same host uses the volume');
      }
      await this.cutOff(volume.id, host, []);
    });
  }

  inspect(volume: VolumeRef, { signal }: CallContext): Promise<VolumeState> {
    return this.script.play('inspect', { volumeId: volume.id }, signal, async () =>
      stateOf(await this.store.find(volume.id)),
    );
  }

  listExports({ after, limit }: ExportPage, { signal }: CallContext): Promise<readonly ExportState[]> {
    return this.script.play('listExports', {}, signal, async () =>
      // SQLite's array may be from another realm, which strict assertions reject.
      Array.from(await this.store.exports(after, limit), exportState),
    );
  }

  getStats({ signal }: CallContext): Promise<BackendStats> {
    return this.script.play('getStats', {}, signal, async () => ({
      totalGib: this.options.capacity_gib,
      freeGib: await this.store.freeGib(),
    }));
  }

  private accessTo(volume: VolumeRef, target: FakeExport): TargetAccess {
    return accessTo(volume.id, target, this.options.portals);
  }

  private async cutOff(volumeId: string, host: string | null, needed: readonly Connection[]): Promise<void> {
    const target = (await this.store.find(volumeId))?.export;
    if (target == null) return;
    const admitted = target.admitted.filter(({ initiator }) => !isSameHost(initiator, host));
    // Admitting the host's other connections again also gives it the widest mode that one of them requested.
    const narrowed = needed.reduce(admit, { ...target, admitted });
    await this.store.changeExport(volumeId, narrowed);
  }
}

function notExported(volumeId: string): DriverError {
  return new DriverError('NOT_FOUND', `volume ${volumeId} is not exported`);
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
  create: (options, host) =>
    new FakeDriver(options, new FakeStore(options.persist ? host.stateFolder : null, options.capacity_gib)),
});

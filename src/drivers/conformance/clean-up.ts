import assert from 'node:assert/strict';
import type { CallContext, Connection, VolumeRef } from '../contract/index.js';
import { listedExports } from './listed-exports.js';
import type { DriverUnderTest } from './options.js';

interface Undo {
  readonly volumeId: string;
  /** Kind of the object to remove: the volume, its export, or one of its connections. */
  readonly kind: string;
  run(call: CallContext): Promise<void>;
}

/**
 * Records what a test creates through {@link watched}, removes it in reverse order, and then checks that nothing is left
 * on the backend.
 */
export class CleanUp {
  private readonly volumes = new Map<string, VolumeRef>();
  private undos: Undo[] = [];

  /** Returns the driver with every call recorded. What a test removes itself is not removed again. */
  watched(driver: DriverUnderTest): DriverUnderTest {
    const watched: Partial<DriverUnderTest> = {
      createVolume: async (volume, call) => {
        this.note(volume, 'volume', (late) => driver.deleteVolume(volume, late));
        await driver.createVolume(volume, call);
      },
      deleteVolume: async (volume, call) => {
        await driver.deleteVolume(volume, call);
        this.forget(volume, () => true);
      },
      createExport: async (volume, connection, call) => {
        this.note(volume, 'export', (late) => driver.removeExport(volume, late));
        return driver.createExport(volume, connection, call);
      },
      ensureExport: async (volume, connections, call) => {
        this.note(volume, 'export', (late) => driver.removeExport(volume, late));
        return driver.ensureExport(volume, connections, call);
      },
      removeExport: async (volume, call) => {
        await driver.removeExport(volume, call);
        this.forget(volume, (kind) => kind !== 'volume');
      },
      initializeConnection: async (volume, connection, others, call) => {
        this.note(volume, connectionKind(connection), (late) =>
          driver.terminateConnection(volume, connection, [], late),
        );
        return driver.initializeConnection(volume, connection, others, call);
      },
      terminateConnection: async (volume, connection, remaining, call) => {
        await driver.terminateConnection(volume, connection, remaining, call);
        this.forget(volume, (kind) => kind === connectionKind(connection));
      },
    };
    return new Proxy(driver, {
      get: (target, key) => {
        const method: unknown = Reflect.get(watched, key) ?? Reflect.get(target, key, target);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
  }

  /** Removes everything in reverse order of creation, and fails if something is left. */
  async run(driver: DriverUnderTest, call: CallContext): Promise<void> {
    for (const undo of this.undos.reverse()) await undo.run(call);
    const exports = await listedExports(driver, call);
    for (const volume of this.volumes.values()) {
      const state = await driver.inspect(volume, call);
      assert.equal(state.exists, false, `leaked: volume ${volume.id} still exists after deleteVolume`);
      assert.equal(state.exported, false, `leaked: volume ${volume.id} is still exported after removeExport`);
      assert.ok(
        exports.every(({ volumeId }) => volumeId !== volume.id),
        `leaked: listExports still lists volume ${volume.id} after deleteVolume`,
      );
    }
  }

  private note(volume: VolumeRef, kind: string, run: Undo['run']): void {
    this.volumes.set(volume.id, volume);
    this.forget(volume, (known) => known === kind);
    this.undos.push({ volumeId: volume.id, kind, run });
  }

  private forget(volume: VolumeRef, gone: (kind: string) => boolean): void {
    this.undos = this.undos.filter((undo) => undo.volumeId !== volume.id || !gone(undo.kind));
  }
}

function connectionKind(connection: Connection): string {
  return `connection ${connection.attachmentId}`;
}

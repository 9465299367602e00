import { randomUUID } from 'node:crypto';
import type {
  AccessMode,
  CallContext,
  Connection,
  ConnectionInfo,
  VolumeRef,
  VolumeState,
} from '../contract/index.js';
import { CleanUp } from './clean-up.js';
import type { CompleteOptions, ConformanceSubject, DriverUnderTest } from './options.js';
import { frozen } from './plain-data.js';

/** The driver under test and builders for its arguments, which are all frozen. */
export class Scenario {
  readonly driver: DriverUnderTest;
  private readonly cleanUp = new CleanUp();

  constructor(
    readonly options: CompleteOptions,
    readonly subject: ConformanceSubject,
  ) {
    this.driver = this.cleanUp.watched(subject.driver);
  }

  /** Returns the context of a call that is never aborted. */
  call(): CallContext {
    return { signal: new AbortController().signal, requestId: `req-${randomUUID()}` };
  }

  /** Returns the context of a call that is aborted before it begins. */
  abortedCall(): CallContext {
    return { signal: AbortSignal.abort(), requestId: `req-${randomUUID()}` };
  }

  /** Returns a volume that the backend does not know yet. */
  unknownVolume(): VolumeRef {
    const id = randomUUID();
    return frozen({
      id,
      name: `volume-${id}`,
      sizeGib: this.options.volumeSizeGib,
      projectId: randomUUID().replaceAll('-', ''),
      exportDetails: null,
    });
  }

  async volume(): Promise<VolumeRef> {
    const volume = this.unknownVolume();
    await this.driver.createVolume(volume, this.call());
    return volume;
  }

  /** Returns a new connection of the host with this number. */
  connection(host = 1, mode: AccessMode = 'rw'): Connection {
    return frozen({ attachmentId: randomUUID(), connector: this.options.connector(host), mode });
  }

  /** Exports the volume and returns it with its export details, as the core passes it from then on. */
  async export(volume: VolumeRef, connection = this.connection()): Promise<VolumeRef> {
    const exportDetails = await this.driver.createExport(volume, connection, this.call());
    return frozen({ ...volume, exportDetails });
  }

  async exportedVolume(): Promise<VolumeRef> {
    return this.export(await this.volume());
  }

  connect(
    volume: VolumeRef,
    connection: Connection,
    others: readonly Connection[] = [],
  ): Promise<ConnectionInfo> {
    return this.driver.initializeConnection(volume, connection, frozen(others), this.call());
  }

  disconnect(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[] = [],
  ): Promise<void> {
    return this.driver.terminateConnection(volume, connection, frozen(remaining), this.call());
  }

  inspect(volume: VolumeRef): Promise<VolumeState> {
    return this.driver.inspect(volume, this.call());
  }

  /** Returns the host's initiator, NQN or address, per `accessControl`; null without access control. */
  hostOf(connection: Connection): string | null {
    const { accessControl } = this.options.capabilities;
    if (accessControl === 'none') return null;
    const { initiator, nqn, ip } = connection.connector;
    const host = { initiator, nqn, address: ip }[accessControl];
    return typeof host === 'string' ? host : null;
  }

  /** Repeats the call as often as the options say and returns all results. */
  async repeatedly<T>(call: () => Promise<T>): Promise<readonly T[]> {
    const results: T[] = [];
    for (let round = 0; round < this.options.repetitions; round += 1) results.push(await call());
    return results;
  }

  /** Removes what the test created. @throws AssertionError if something is left on the backend. */
  async end(): Promise<void> {
    await this.cleanUp.run(this.subject.driver, this.call());
  }
}

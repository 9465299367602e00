import assert from 'node:assert/strict';
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
import type { Observation } from './observation.js';
import type { CompleteOptions, ConformanceSubject, DriverUnderTest, TestDisk, Trouble } from './options.js';
import { frozen } from './plain-data.js';

/** The driver under test and builders for its arguments, which are all frozen. */
export class Scenario {
  readonly driver: DriverUnderTest;
  private readonly observed: DriverUnderTest;
  private readonly cleanUp = new CleanUp();

  constructor(
    readonly options: CompleteOptions,
    readonly subject: ConformanceSubject,
    private readonly observation: Observation,
  ) {
    this.observed = observation.watched(subject.driver);
    this.driver = this.cleanUp.watched(this.observed);
  }

  /** Returns the context of a call that is never aborted. */
  call(): CallContext {
    return { signal: new AbortController().signal, requestId: `req-${randomUUID()}` };
  }

  /** Returns the context of a call that is aborted before it begins. */
  abortedCall(): CallContext {
    return { signal: AbortSignal.abort(), requestId: `req-${randomUUID()}` };
  }

  /** Returns the context of a call that is aborted once it has begun. */
  callAbortedSoon(): CallContext {
    const end = new AbortController();
    setImmediate(() => end.abort());
    return { signal: end.signal, requestId: `req-${randomUUID()}` };
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

  /** Prepares the driver as the core does before any other call. */
  async setUp(driver = this.observed): Promise<void> {
    await driver.setup?.();
  }

  async tearDown(driver = this.observed): Promise<void> {
    await driver.teardown?.();
  }

  /** Returns another instance over the same storage that is not set up yet, as after a restart of the server. */
  async restarted(): Promise<DriverUnderTest> {
    const { hooks } = this.options;
    const restart = hooks.restart?.bind(hooks);
    assert.ok(restart !== undefined, 'there is no hook "restart"');
    const next = await this.observation.wait('the hook "restart"', () => restart(this.subject));
    return this.observation.watched(next, 'another instance: ');
  }

  /** Works with another instance over the same storage. */
  async withAnother<T>(work: (next: DriverUnderTest) => Promise<T>): Promise<T> {
    const next = await this.restarted();
    await this.setUp(next);
    try {
      return await work(next);
    } finally {
      await this.tearDown(next);
    }
  }

  /** Destroys the export with the hook, else with the driver: ensureExport sees no difference. */
  async lose(volume: VolumeRef): Promise<void> {
    const { hooks } = this.options;
    const loseExport = hooks.loseExport?.bind(hooks);
    if (loseExport !== undefined) this.observation.trace.note('the hook "loseExport"');
    if (loseExport === undefined) await this.driver.removeExport(volume, this.call());
    else await this.observation.wait('the hook "loseExport"', () => loseExport(this.subject, volume.id));
  }

  /** Injects a fault with the hook. @returns a function that ends the trouble and tells whether the step was reached. */
  interrupt(step: number, trouble: Trouble): () => boolean {
    this.observation.trace.note(`the hook "interrupt": step ${step} from here on ${trouble}`);
    return this.options.hooks.interrupt?.(this.subject, step, trouble) ?? (() => false);
  }

  /** Opens the volume's bytes with the hook. */
  async openDisk(volume: VolumeRef): Promise<TestDisk> {
    const { hooks } = this.options;
    const disk = hooks.disk?.bind(hooks);
    assert.ok(disk !== undefined, 'there is no hook "disk"');
    return this.observation.wait('the hook "disk"', () => disk(this.subject, volume.id));
  }

  /** Removes what the test created. @throws AssertionError if something is left on the backend. */
  async end(): Promise<void> {
    this.observation.trace.note('the kit cleans up:');
    await this.cleanUp.run(this.observed, this.call());
  }
}

import { collectSecrets } from '../../platform/logging/redact.js';
import {
  DriverError,
  type CallContext,
  type Connection,
  type ConnectionInfo,
  type Connector,
  type ExportDetails,
  type VolumeRef,
  type VolumeState,
} from '../contract/index.js';
import type { AnyDriver, BackendSession } from './backend-session.js';
import { toDomainError } from './driver-failure.js';
import {
  connectionInfo,
  exportDetails,
  nothing,
  volumeState,
  type ResultCheck,
} from '../results/driver-results.js';
import { frozenCopy } from '../results/frozen-copy.js';
import type { GuardedCall } from './guarded-call.js';

/** The backend as seen by a session. */
export interface SessionHost {
  readonly name: string;
  readonly driverName: string;
  readonly driver: AnyDriver;
  /** Secrets from the backend's configuration. */
  readonly secrets: readonly string[];
  /** Starts a call under the backend's limits. */
  start<T>(operation: string, requestId: string, work: (call: CallContext) => Promise<T>): GuardedCall<T>;
}

/** One driver call: its arguments, the check of its result, and the function that makes the call with the copies. */
interface SessionCall<T, Rest> {
  readonly operation: string;
  readonly volume: VolumeRef;
  /** The other arguments. */
  readonly rest: Rest;
  /** The call's connector, if it has one. */
  readonly connector?: Connector;
  readonly check: ResultCheck<T>;
  readonly run: (driver: AnyDriver, volume: VolumeRef, rest: Rest, call: CallContext) => Promise<unknown>;
}

/**
 * The session behind `Backend.exclusively`. Calls run one after another: the next one starts when the driver has
 * settled the previous one or it was abandoned, even if its caller was answered earlier.
 */
export class LockedSession implements BackendSession {
  private readonly secrets: Set<string>;
  private lastCall: Promise<void> = Promise.resolve();
  private sealed = false;

  constructor(
    private readonly host: SessionHost,
    private readonly volumeId: string,
    private readonly requestId: string,
  ) {
    this.secrets = new Set(host.secrets);
  }

  /** Refuses further calls. */
  seal(): void {
    this.sealed = true;
  }

  /** Resolves when the driver has finished with the volume. */
  async settled(): Promise<void> {
    await this.lastCall;
  }

  createVolume(volume: VolumeRef): Promise<void> {
    return this.call({
      operation: 'createVolume',
      volume,
      rest: {},
      check: nothing,
      run: (driver, own, _rest, call) => driver.createVolume(own, call),
    });
  }

  deleteVolume(volume: VolumeRef): Promise<void> {
    return this.call({
      operation: 'deleteVolume',
      volume,
      rest: {},
      check: nothing,
      run: (driver, own, _rest, call) => driver.deleteVolume(own, call),
    });
  }

  extendVolume(volume: VolumeRef, newSizeGib: number): Promise<void> {
    return this.call({
      operation: 'extendVolume',
      volume,
      rest: {},
      check: nothing,
      run: (driver, own, _rest, call) => {
        if (driver.extendVolume !== undefined) return driver.extendVolume(own, newSizeGib, call);
        throw new DriverError('UNSUPPORTED', 'the driver cannot extend volumes');
      },
    });
  }

  createExport(volume: VolumeRef, connection: Connection): Promise<ExportDetails> {
    return this.call({
      operation: 'createExport',
      volume,
      rest: { connection },
      connector: connection.connector,
      check: exportDetails,
      run: (driver, own, rest, call) => driver.createExport(own, rest.connection, call),
    });
  }

  ensureExport(volume: VolumeRef, connections: readonly Connection[]): Promise<ExportDetails> {
    return this.call({
      operation: 'ensureExport',
      volume,
      rest: { connections },
      check: exportDetails,
      run: (driver, own, rest, call) => driver.ensureExport(own, rest.connections, call),
    });
  }

  removeExport(volume: VolumeRef): Promise<void> {
    return this.call({
      operation: 'removeExport',
      volume,
      rest: {},
      check: nothing,
      run: (driver, own, _rest, call) => driver.removeExport(own, call),
    });
  }

  initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    others: readonly Connection[],
  ): Promise<ConnectionInfo> {
    return this.call({
      operation: 'initializeConnection',
      volume,
      rest: { connection, others },
      connector: connection.connector,
      check: connectionInfo,
      run: (driver, own, rest, call) => driver.initializeConnection(own, rest.connection, rest.others, call),
    });
  }

  terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
  ): Promise<void> {
    return this.call({
      operation: 'terminateConnection',
      volume,
      rest: { connection, remaining },
      connector: connection.connector,
      check: nothing,
      run: (driver, own, rest, call) =>
        driver.terminateConnection(own, rest.connection, rest.remaining, call),
    });
  }

  fenceConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
  ): Promise<void> {
    return this.call({
      operation: 'fenceConnection',
      volume,
      rest: { connection, remaining },
      connector: connection.connector,
      check: nothing,
      run: (driver, own, rest, call) => {
        if (driver.fenceConnection !== undefined) {
          return driver.fenceConnection(own, rest.connection, rest.remaining, call);
        }
        throw new DriverError('UNSUPPORTED', 'the driver cannot confirm that a host has lost access');
      },
    });
  }

  inspect(volume: VolumeRef): Promise<VolumeState> {
    return this.call({
      operation: 'inspect',
      volume,
      rest: {},
      check: volumeState,
      run: (driver, own, _rest, call) => driver.inspect(own, call),
    });
  }

  private async call<T, Rest>(planned: SessionCall<T, Rest>): Promise<T> {
    const { operation, check, run } = planned;
    this.assertOpenFor(operation, planned.volume);
    this.remember(planned.volume.exportDetails);
    const volume = frozenCopy(planned.volume, 'volume');
    const rest = frozenCopy(planned.rest, 'arguments');
    const started = this.lastCall.then(() =>
      this.host.start(operation, this.requestId, async (call) => run(this.host.driver, volume, rest, call)),
    );
    this.lastCall = started.then((call) => call.over);
    try {
      const result = check(await (await started).answer);
      this.remember(result);
      return result;
    } catch (thrown) {
      throw toDomainError(thrown, {
        backend: this.host.name,
        driver: this.host.driverName,
        operation,
        connector: planned.connector,
        secrets: this.secrets,
      });
    }
  }

  /** Catches caller mistakes that would allow two concurrent calls for one volume. */
  private assertOpenFor(operation: string, volume: VolumeRef): void {
    if (this.sealed) throw new Error(`${operation} after the lock of volume ${this.volumeId} was given back`);
    if (volume.id !== this.volumeId) {
      throw new Error(`${operation} for volume ${volume.id} while ${this.volumeId} is the locked one`);
    }
  }

  private remember(data: unknown): void {
    for (const secret of collectSecrets(data)) this.secrets.add(secret);
  }
}

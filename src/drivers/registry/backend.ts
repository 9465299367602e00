import { isPromise } from 'node:util/types';
import { BackendFailure } from '../../common/errors.js';
import { KeyedMutex } from '../../common/keyed-mutex.js';
import type {
  BackendStats,
  CallContext,
  Connector,
  DriverCapabilities,
  DriverDefinition,
  DriverLog,
  ExportState,
  VolumeRef,
  VolumeState,
} from '../contract/index.js';
import type { AnyDriver, BackendSession } from './backend-session.js';
import { checkConnectorNames, invalidConnector } from './connector-check.js';
import { toDomainError } from './driver-failure.js';
import { backendStats, exportStates, nothing, type ResultCheck } from './driver-results.js';
import { frozenCopy, NotPlainData } from './frozen-copy.js';
import { guardedCall, type CallLimits, type GuardedCall } from './guarded-call.js';
import { LockedSession, type SessionHost } from './locked-session.js';

export interface BackendOptions extends CallLimits {
  /** Name of the backend in the configuration. */
  readonly name: string;
  readonly driver: AnyDriver;
  readonly definition: Pick<DriverDefinition, 'name' | 'capabilities'>;
  readonly log: DriverLog;
  /** Secrets of the backend's options, which no message may show. */
  readonly secrets?: readonly string[];
}

/** One configured backend: the only way in which the core reaches a driver. */
export class Backend {
  readonly name: string;
  readonly driverName: string;
  readonly capabilities: DriverCapabilities;
  private readonly locks = new KeyedMutex();
  private readonly host: SessionHost;

  constructor(private readonly options: BackendOptions) {
    this.name = options.name;
    this.driverName = options.definition.name;
    this.capabilities = options.definition.capabilities;
    this.host = {
      name: this.name,
      driverName: this.driverName,
      driver: options.driver,
      secrets: options.secrets ?? [],
      start: (operation, requestId, work) => this.start(operation, requestId, work),
    };
  }

  /**
   * Runs `work` while no other work runs for the volume, first come first served, and gives back what it
   * returns. The lock outlasts `work` as long as the driver is busy with a call that ran out of time.
   * Not reentrant: inside `work`, use the session.
   * @throws BackendFailure when the lock does not get free in time.
   */
  exclusively<T>(
    volumeId: string,
    requestId: string,
    work: (session: BackendSession) => Promise<T>,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let gaveUp = false;
      const timer = setTimeout(() => {
        gaveUp = true;
        reject(new BackendFailure(`Backend ${this.name} is busy with volume ${volumeId}.`));
      }, this.options.timeoutMs);
      void this.locks.run(volumeId, async () => {
        if (gaveUp) return;
        clearTimeout(timer);
        const session = new LockedSession(this.host, volumeId, requestId);
        // The async function turns a synchronous throw of the work into a rejection.
        const working = (async () => work(session))();
        await working.finally(() => session.seal()).then(resolve, reject);
        await session.settled();
      });
    });
  }

  /**
   * Checks a connector before anything is done with it.
   * @throws InvalidInput naming the key that is missing or wrong.
   */
  validateConnector(connector: Connector): void {
    checkConnectorNames(connector);
    const copy = plainConnector(connector);
    try {
      const validate: (connector: Connector) => unknown = (checked) =>
        this.options.driver.validateConnector(checked);
      const result = validate(copy);
      // An async method fits the contract's `void` for the compiler, yet its refusal would come too late.
      if (isPromise(result)) {
        result.catch(() => undefined);
        throw new NotPlainData('validateConnector must not be async');
      }
    } catch (thrown) {
      throw this.failure(thrown, 'validateConnector', copy);
    }
  }

  /** What the backend holds for the volume, once no other work runs for it. */
  inspect(volume: VolumeRef, requestId: string): Promise<VolumeState> {
    return this.exclusively(volume.id, requestId, (session) => session.inspect(volume));
  }

  /** Every export of the backend, in use or left over. */
  listExports(requestId: string): Promise<readonly ExportState[]> {
    return this.call('listExports', requestId, exportStates, (call) => this.options.driver.listExports(call));
  }

  getStats(requestId: string): Promise<BackendStats> {
    return this.call('getStats', requestId, backendStats, (call) => this.options.driver.getStats(call));
  }

  /** Prepares the driver; called once, before anything else. */
  async setup(): Promise<void> {
    await this.call('setup', '', nothing, async () => this.options.driver.setup?.());
  }

  /** Lets the driver release what it took in `setup`. */
  async teardown(): Promise<void> {
    await this.call('teardown', '', nothing, async () => this.options.driver.teardown?.());
  }

  private async call<T>(
    operation: string,
    requestId: string,
    check: ResultCheck<T>,
    work: (call: CallContext) => Promise<unknown>,
  ): Promise<T> {
    try {
      return check(await this.start(operation, requestId, work).answer);
    } catch (thrown) {
      throw this.failure(thrown, operation);
    }
  }

  private start<T>(
    operation: string,
    requestId: string,
    work: (call: CallContext) => Promise<T>,
  ): GuardedCall<T> {
    return guardedCall(
      this.options,
      (signal) => work({ signal, requestId }),
      (end) =>
        this.options.log.warn(
          end === 'settled'
            ? 'the driver ended a call late'
            : 'the driver never ended a call that was aborted',
          { backend: this.name, operation, requestId },
        ),
    );
  }

  private failure(thrown: unknown, operation: string, connector?: Connector): Error {
    const { name: backend, driverName: driver } = this;
    return toDomainError(thrown, { backend, driver, operation, connector, secrets: this.host.secrets });
  }
}

/** The driver's copy of the connector, which a client sent and may have nested to any depth. */
function plainConnector(connector: Connector): Connector {
  try {
    return frozenCopy(connector, 'connector');
  } catch (thrown) {
    throw thrown instanceof NotPlainData ? invalidConnector(`${thrown.message}.`) : thrown;
  }
}

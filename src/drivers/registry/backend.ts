import { isPromise } from 'node:util/types';
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
import { BackendQueue, QUEUE_DEFAULTS, type QueueLimits, type WorkKind } from './backend-queue.js';
import type { Witness } from './circuit.js';
import { checkConnectorNames, invalidConnector } from './connector-check.js';
import { isOutage, toDomainError } from './driver-failure.js';
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
  /** How much work it gets; what is absent is as in {@link QUEUE_DEFAULTS}. */
  readonly queue?: Partial<QueueLimits> | undefined;
}

/** One configured backend: the only way in which the core reaches a driver. */
export class Backend {
  readonly name: string;
  readonly driverName: string;
  readonly capabilities: DriverCapabilities;
  private readonly queue: BackendQueue;
  private readonly host: SessionHost;

  constructor(private readonly options: BackendOptions) {
    this.name = options.name;
    this.driverName = options.definition.name;
    this.capabilities = options.definition.capabilities;
    const limits = { ...QUEUE_DEFAULTS, ...options.queue };
    this.queue = new BackendQueue(this.name, options.timeoutMs, limits, options.log, () => this.answers());
    this.host = {
      name: this.name,
      driverName: this.driverName,
      driver: options.driver,
      secrets: options.secrets ?? [],
      start: (operation, requestId, work) => this.start(operation, requestId, work),
    };
  }

  /** Whether it answered when it was last asked. */
  get isAnswering(): boolean {
    return this.queue.isAnswering;
  }

  /** Whether work on the volume is under way or waiting, in this process. */
  isBusyWith(volumeId: string): boolean {
    return this.queue.isBusyWith(volumeId);
  }

  /**
   * For requests whose work begins after their answer.
   * @throws Unavailable when the backend does not answer, or has too much to do.
   */
  assertAccepting(): void {
    const refusal = this.queue.refusal();
    if (refusal !== null) throw refusal;
  }

  /**
   * Runs `work` while no other work runs for the volume, first come first served, and gives back what it
   * returns. The lock outlasts `work` as long as the driver is busy with a call that ran out of time.
   * Not reentrant: inside `work`, use the session.
   * @param kind `recorded` for what the journal holds already, which is never refused.
   * @throws Unavailable before a request's work has begun, when the backend does not answer or has too much to do.
   * @throws BackendFailure when the lock does not get free in time.
   */
  exclusively<T>(
    volumeId: string,
    requestId: string,
    work: (session: BackendSession) => Promise<T>,
    kind: WorkKind = 'request',
  ): Promise<T> {
    return this.queue.run(volumeId, kind, (witness) => {
      const session = new LockedSession(this.observed(witness), volumeId, requestId);
      // The async function turns a synchronous throw of the work into a rejection.
      const answer = (async () => work(session))().finally(() => session.seal());
      const settled = () => session.settled();
      return { answer, over: answer.then(settled, settled) };
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

  /** Whether it answers when it is asked for what concerns no volume. */
  private async answers(): Promise<boolean> {
    const { answer } = this.start('getStats', '', async (call) => this.options.driver.getStats(call));
    return answer.then(
      () => true,
      (thrown: unknown) => !isOutage(thrown),
    );
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

  /** The session's host, whose calls tell the witness how they end. */
  private observed(witness: Witness): SessionHost {
    return {
      ...this.host,
      start: (operation, requestId, work) => {
        const call = this.start(operation, requestId, work);
        call.answer.then(
          () => witness.answered(),
          (thrown: unknown) => (isOutage(thrown) ? witness.missed() : witness.answered()),
        );
        return call;
      },
    };
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

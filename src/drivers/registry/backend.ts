import { isPromise } from 'node:util/types';
import { stopwatch } from '../../platform/clock.js';
import { beginSpan, type OpenSpan } from '../../platform/spans.js';
import type {
  BackendStats,
  CallContext,
  Connector,
  DriverCapabilities,
  DriverDefinition,
  DriverLog,
  ExportPage,
  ExportState,
  VolumeRef,
  VolumeState,
} from '../contract/index.js';
import type { KnownBackend } from './backend-directory.js';
import type { AnyDriver, BackendSession } from './backend-session.js';
import { BackendSetup } from './backend-setup.js';
import { BackendQueue, QUEUE_DEFAULTS, type QueueLimits, type WorkKind } from './backend-queue.js';
import type { CallObserver, CircuitState } from './circuit.js';
import { checkConnectorNames, invalidConnector } from './connector-check.js';
import { DriverLoadError } from './driver-load-error.js';
import { type CallOutcome, isOutage, outcomeOf, toDomainError } from './driver-failure.js';
import { backendStats, exportStates, nothing, type ResultCheck } from '../results/driver-results.js';
import { frozenCopy, NotPlainData } from '../results/frozen-copy.js';
import { guardedCall, type CallLimits, type GuardedCall } from './guarded-call.js';
import { LockedSession, type SessionHost } from './locked-session.js';
import { type NotSetUp, notSetUpRefusal } from './not-set-up.js';

export interface BackendOptions extends CallLimits {
  /** Name of the backend in the configuration. */
  readonly name: string;
  readonly driver: AnyDriver;
  /** What the configuration names as the driver, if that is not the definition's name. */
  readonly driverPackage?: string;
  readonly definition: Pick<DriverDefinition, 'name' | 'capabilities'>;
  readonly log: DriverLog;
  /** Secrets from the backend's options; masked in all messages. */
  readonly secrets?: readonly string[];
  /** Queue limits; missing ones are taken from {@link QUEUE_DEFAULTS}. */
  readonly queue?: Partial<QueueLimits> | undefined;
  /** Hears of each call that was answered or given up; for metrics. */
  readonly onCall?: CallListener | undefined;
}

/** A driver call that was answered or given up. */
export interface EndedDriverCall {
  readonly backend: string;
  /** Name of the driver method. */
  readonly method: string;
  readonly outcome: CallOutcome;
  readonly seconds: number;
}

export type CallListener = (call: EndedDriverCall) => void;

/** Whether requests reach a backend's driver, and if not, why. `unusable` lasts until a restart. */
export type BackendState = 'up' | 'not set up' | 'unusable' | 'not answering';

/** Calls whose duration may grow with the volume's size. Progress restarts their timeout. */
const LONG: ReadonlySet<string> = new Set(['createVolume', 'deleteVolume', 'extendVolume']);

/** One configured backend. The core calls drivers only through this class. */
export class Backend implements KnownBackend {
  readonly name: string;
  readonly driverName: string;
  readonly capabilities: DriverCapabilities;
  private readonly queue: BackendQueue;
  private readonly preparation: BackendSetup;
  private readonly host: SessionHost;

  constructor(private readonly options: BackendOptions) {
    this.name = options.name;
    this.driverName = options.definition.name;
    this.capabilities = options.definition.capabilities;
    const limits = { ...QUEUE_DEFAULTS, ...options.queue };
    this.queue = new BackendQueue(this.name, options.timeoutMs, limits, options.log, () => this.answers());
    this.preparation = new BackendSetup({
      driver: options.driverPackage ?? this.driverName,
      setup: async () => options.driver.setup?.(),
      timeoutMs: options.timeoutMs,
      explain: (thrown) => (thrown instanceof DriverLoadError ? thrown : this.failure(thrown, 'setup')),
      log: options.log,
    });
    this.host = {
      name: this.name,
      driverName: this.driverName,
      driver: options.driver,
      secrets: options.secrets ?? [],
      start: (operation, requestId, work) => this.start(operation, requestId, work),
    };
  }

  /** True while the driver is set up and the circuit is closed. */
  get isAnswering(): boolean {
    return this.missing === null && this.queue.isAnswering;
  }

  /** The reason why the driver is not set up; null once it is. Until then no call reaches the driver. */
  get missing(): NotSetUp | null {
    return this.preparation.missing;
  }

  get state(): BackendState {
    const { missing } = this;
    if (missing !== null) return missing.isFinal === true ? 'unusable' : 'not set up';
    return this.queue.isAnswering ? 'up' : 'not answering';
  }

  get circuitState(): CircuitState {
    return this.queue.circuitState;
  }

  /** Numbers of jobs that run, and that wait for their volume or a slot. */
  get jobs(): { readonly running: number; readonly waiting: number } {
    return { running: this.queue.running, waiting: this.queue.waitingJobs };
  }

  /** True while work on the volume is running or waiting in this process. */
  isBusyWith(volumeId: string): boolean {
    return this.queue.isBusyWith(volumeId);
  }

  /**
   * Checks admission for requests that are answered before their work begins.
   * @throws Unavailable when the backend does not answer or its queue is full.
   */
  assertAccepting(): void {
    this.assertSetUp();
    const refusal = this.queue.refusal();
    if (refusal !== null) throw refusal;
  }

  /**
   * Runs `work` under the volume's lock, first come first served, and returns its result. The lock outlasts `work`
   * while the driver is still busy with a call that timed out. Not reentrant: inside `work`, use the session.
   * @param kind `recorded` for work that is already in the journal; it is refused only while the driver is not set up.
   * @throws Unavailable before a request's work has begun, when the backend does not answer or its queue is full.
   * @throws BackendFailure when the lock is not acquired in time.
   */
  async exclusively<T>(
    volumeId: string,
    requestId: string,
    work: (session: BackendSession) => Promise<T>,
    kind: WorkKind = 'request',
  ): Promise<T> {
    this.assertSetUp();
    return this.queue.run(volumeId, kind, (observer) => {
      const session = new LockedSession(this.observed(observer), volumeId, requestId);
      // The async function turns a synchronous throw into a rejection.
      const answer = (async () => work(session))().finally(() => session.seal());
      const settled = () => session.settled();
      return { answer, over: answer.then(settled, settled) };
    });
  }

  /**
   * Validates a connector before anything is done with it.
   * @throws InvalidInput naming the missing or invalid key; Unavailable while the driver is not set up.
   */
  validateConnector(connector: Connector): void {
    this.assertSetUp();
    checkConnectorNames(connector);
    const copy = plainConnector(connector);
    try {
      const validate: (connector: Connector) => unknown = (checked) =>
        this.options.driver.validateConnector(checked);
      const result = validate(copy);
      // The compiler accepts an async method for the contract's `void`, but its rejection would come too late.
      if (isPromise(result)) {
        result.catch(() => undefined);
        throw new NotPlainData('validateConnector must not be async');
      }
    } catch (thrown) {
      throw this.failure(thrown, 'validateConnector', copy);
    }
  }

  /** Reads the volume's state on the backend, under the volume's lock. */
  inspect(volume: VolumeRef, requestId: string): Promise<VolumeState> {
    return this.exclusively(volume.id, requestId, (session) => session.inspect(volume));
  }

  /** Returns a page of the backend's exports, in use or orphaned, ordered by volume id. */
  listExports(page: ExportPage, requestId: string): Promise<readonly ExportState[]> {
    return this.call('listExports', requestId, exportStates(page), (call) =>
      this.options.driver.listExports(page, call),
    );
  }

  getStats(requestId: string): Promise<BackendStats> {
    return this.call('getStats', requestId, backendStats, (call) => this.options.driver.getStats(call));
  }

  /** Resolves to true if the backend answers a call that concerns no volume. */
  private async answers(): Promise<boolean> {
    const { answer } = this.start('getStats', '', async (call) => this.options.driver.getStats(call));
    return answer.then(
      () => true,
      (thrown: unknown) => !isOutage(thrown),
    );
  }

  /**
   * Sets up the driver; called once, before anything else. If the backend does not answer, {@link missing} holds the
   * reason until a retry succeeds.
   * @throws DomainError or DriverLoadError when a retry cannot help; {@link missing} then holds the reason for good.
   */
  async setup(): Promise<void> {
    await this.preparation.begin();
  }

  /** Calls `listener` when the driver is set up by a retry after the start. */
  onLateSetup(listener: () => void): void {
    this.preparation.onLate(listener);
  }

  /** Makes the driver release what it acquired in `setup`. */
  async teardown(): Promise<void> {
    this.preparation.stop();
    if (this.missing !== null) return;
    await this.call('teardown', '', nothing, async () => this.options.driver.teardown?.());
  }

  /** @throws Unavailable */
  private assertSetUp(): void {
    const { missing } = this;
    if (missing !== null) throw notSetUpRefusal(this.name, missing);
  }

  private async call<T>(
    operation: string,
    requestId: string,
    check: ResultCheck<T>,
    work: (call: CallContext) => Promise<unknown>,
  ): Promise<T> {
    this.assertSetUp();
    try {
      return check(await this.start(operation, requestId, work).answer);
    } catch (thrown) {
      throw this.failure(thrown, operation);
    }
  }

  /** Returns the session's host; it reports the outcome of each call to the observer. */
  private observed(observer: CallObserver): SessionHost {
    return {
      ...this.host,
      start: (operation, requestId, work) => {
        const call = this.start(operation, requestId, work);
        call.answer.then(
          () => observer.answered(),
          (thrown: unknown) => (isOutage(thrown) ? observer.missed() : observer.answered()),
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
    const elapsedMs = stopwatch();
    const attributes = { 'clinker.backend': this.name, 'clinker.driver': this.driverName };
    const span = beginSpan({ name: `driver ${operation}`, attributes });
    const started = span.within(() =>
      guardedCall(
        this.options,
        (signal, progress) => work({ signal, requestId, ...(LONG.has(operation) && { progress }) }),
        (end) =>
          this.options.log.warn(
            end === 'settled' ? 'a timed-out driver call ended late' : 'an aborted driver call never ended',
            { backend: this.name, operation, requestId },
          ),
      ),
    );
    this.tell(operation, started, elapsedMs, span);
    return started;
  }

  private tell(
    method: string,
    { answer }: GuardedCall<unknown>,
    elapsedMs: () => number,
    span: OpenSpan,
  ): void {
    const tell = (outcome: CallOutcome): void => {
      span.end(outcome === 'ok' ? undefined : outcome);
      this.options.onCall?.({ backend: this.name, method, outcome, seconds: elapsedMs() / 1000 });
    };
    answer.then(
      () => tell('ok'),
      (thrown: unknown) => tell(outcomeOf(thrown)),
    );
  }

  private failure(thrown: unknown, operation: string, connector?: Connector): Error {
    const { name: backend, driverName: driver } = this;
    return toDomainError(thrown, { backend, driver, operation, connector, secrets: this.host.secrets });
  }
}

/** Returns the driver's copy of a connector. Clients may nest connectors to any depth. */
function plainConnector(connector: Connector): Connector {
  try {
    return frozenCopy(connector, 'connector');
  } catch (thrown) {
    throw thrown instanceof NotPlainData ? invalidConnector(`${thrown.message}.`) : thrown;
  }
}

import { Unavailable } from '../../platform/errors.js';
import type { BackendStats, Connector, DriverCapabilities } from '../../drivers/contract/index.js';
import type { KnownBackend } from '../../drivers/registry/backend-directory.js';
import type { Placement } from '../../drivers/registry/placement.js';
import type { BackendState } from '../../drivers/registry/backend.js';
import type { CircuitState } from '../../drivers/registry/circuit.js';
import { checkConnectorNames } from '../../drivers/registry/connector-check.js';
import { type NotSetUp, notSetUpRefusal } from '../../drivers/registry/not-set-up.js';
import type { RecordedBackend } from './node-backends.repository.js';

/** Seconds after which a client may ask again for a backend whose node is down or does not reach it. */
const RETRY_S = 5;

/** A volume node's backend, as the node has described it. */
export class RemoteBackend implements KnownBackend {
  constructor(private readonly recorded: RecordedBackend) {}

  get name(): string {
    return this.recorded.name;
  }

  get node(): { readonly name: string; readonly isUp: boolean } {
    return { name: this.recorded.node, isUp: this.recorded.isNodeUp };
  }

  get driverName(): string {
    return this.recorded.facts.driverName;
  }

  get capabilities(): DriverCapabilities {
    return this.recorded.facts.capabilities;
  }

  get isAnswering(): boolean {
    return this.node.isUp && this.recorded.facts.isAnswering;
  }

  get missing(): NotSetUp | null {
    if (this.node.isUp) return this.recorded.facts.missing;
    return { reason: `The volume node ${this.node.name} is down.`, retryAfterS: RETRY_S };
  }

  get state(): BackendState {
    return this.node.isUp ? this.recorded.facts.state : 'not answering';
  }

  get circuitState(): CircuitState {
    return this.node.isUp ? this.recorded.facts.circuitState : 'open';
  }

  get placement(): Placement {
    return this.recorded.facts.placement;
  }

  get jobs(): KnownBackend['jobs'] {
    return this.node.isUp ? this.recorded.facts.jobs : { running: 0, waiting: 0 };
  }

  /** @throws Unavailable while the node is down, or its driver is not set up. Its circuit breaker judges at the node. */
  assertAccepting(): void {
    const { missing } = this;
    if (missing === null) return;
    if (this.node.isUp) throw notSetUpRefusal(this.name, missing);
    throw new Unavailable(
      `The volume node ${this.node.name} of backend ${this.name} does not answer. Try again later.`,
      missing.retryAfterS,
    );
  }

  validateConnector(connector: Connector): void {
    this.assertAccepting();
    checkConnectorNames(connector);
  }

  /** The capacity that the node has told. */
  getStats(): Promise<BackendStats> {
    const { stats } = this.recorded.facts;
    return Promise.resolve(stats ?? { totalGib: null, freeGib: null });
  }
}

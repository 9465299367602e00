import type { BackendStats, Connector, DriverCapabilities } from '../contract/index.js';
import type { BackendState } from './backend.js';
import type { CircuitState } from './circuit.js';
import type { NotSetUp } from './not-set-up.js';
import type { Placement } from './placement.js';

/** A backend as everyone knows it, whichever process runs its driver. */
export interface KnownBackend {
  /** Name of the backend in the configuration. */
  readonly name: string;
  readonly driverName: string;
  readonly capabilities: DriverCapabilities;
  /** True while requests reach the driver. */
  readonly isAnswering: boolean;
  /** The reason why the driver is not set up; null once it is. */
  readonly missing: NotSetUp | null;
  readonly state: BackendState;
  readonly circuitState: CircuitState;
  /** The settings of a backend of another process; those of this one's are in its configuration. */
  readonly placement?: Placement;
  /** The volume node that runs its driver, if that is not this process. */
  readonly node?: { readonly name: string; readonly isUp: boolean };
  /** Numbers of jobs that run, and that wait. */
  readonly jobs: { readonly running: number; readonly waiting: number };

  /** @throws Unavailable if a request for the backend would be refused now. */
  assertAccepting(): void;

  /**
   * Checks a connector as far as this process can; the process that runs the driver checks the rest.
   * @throws InvalidInput; Unavailable.
   */
  validateConnector(connector: Connector): void;

  /** The backend's capacity. @throws DomainError */
  getStats(requestId: string): Promise<BackendStats>;
}

/** The backends that volumes may be on: those of this process, or in an API replica those of the volume nodes. */
export abstract class BackendDirectory {
  /** @throws BackendNotConfigured */
  abstract get(name: string): KnownBackend;

  abstract find(name: string | null): KnownBackend | undefined;

  abstract all(): readonly KnownBackend[];
}

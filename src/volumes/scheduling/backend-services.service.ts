import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import { ProcessWatch } from '../../operations/process-watch.js';
import { Clock, type Instant } from '../../platform/clock.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { type BackendServiceRow, BackendServicesRepository } from './backend-services.repository.js';
import { poolRules, zonesOf } from './pool-rules.js';

/** A backend's service. */
export interface BackendService {
  readonly backend: string;
  readonly zone: string;
  readonly isDisabled: boolean;
  readonly isUp: boolean;
  /** Time at which it was last known to be so. */
  readonly updatedAt: Instant | null;
  /** Why an operator disabled it, else why it was never set up; null if neither is so. */
  readonly reason: string | null;
}

/** Whether a backend gets new volumes, and why not. */
export interface ServiceChange {
  readonly isDisabled: boolean;
  readonly reason: string | null;
}

/** An availability zone. */
export interface Zone {
  readonly name: string;
  /** True if one of its backends is enabled. */
  readonly isAvailable: boolean;
}

/** The services of backends: which of them are up, and which get new volumes. */
@Injectable()
export class BackendServices {
  constructor(
    private readonly backends: BackendDirectory,
    private readonly services: BackendServicesRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly processes: ProcessWatch,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** The services of this server's backends in the order of its configuration, then those that only others know. */
  async list(): Promise<BackendService[]> {
    const rows = await this.rows();
    const own = this.backends.all().map((backend): BackendService => {
      const row = rows.get(backend.name);
      return {
        backend: backend.name,
        zone: poolRules(this.config, backend).zone,
        isDisabled: row?.isDisabled === true,
        isUp: backend.isAnswering,
        updatedAt: this.clock.now(),
        reason: row?.disabledReason ?? backend.missing?.reason ?? null,
      };
    });
    const others = [...rows.values()].filter(
      (row) => this.backends.find(row.backend) === undefined && isOfInterest(row),
    );
    return [...own, ...others.map((row) => this.serviceElsewhere(row))];
  }

  /** What is kept of each backend, by name. */
  async rows(): Promise<ReadonlyMap<string, BackendServiceRow>> {
    const rows = await this.services.all(this.processes.longestLeaseS);
    return new Map(rows.map((row) => [row.backend, row]));
  }

  /**
   * Lets a backend get new volumes, or no more from the commit on. Its volumes and attachments are not affected.
   * @returns false if the backend is unknown.
   */
  async change(backend: string, change: ServiceChange, requestId: string): Promise<boolean> {
    const isKnown = await this.unitOfWork.run((tx) => this.services.setDisabled(tx, backend, change));
    if (isKnown)
      this.log.info({ backend, ...change, requestId }, 'an operator changed the service of a backend');
    return isKnown;
  }

  /** The zones of this server's backends, in the order of its configuration. */
  async zones(): Promise<Zone[]> {
    const services = await this.list();
    return zonesOf(this.config, this.backends.all()).map((name) => ({
      name,
      isAvailable: services.some(({ zone, isDisabled }) => zone === name && !isDisabled),
    }));
  }

  private serviceElsewhere(row: BackendServiceRow): BackendService {
    return {
      backend: row.backend,
      zone: this.config.availability_zone,
      isDisabled: row.isDisabled,
      isUp: row.isReportedUp,
      updatedAt: row.reportedAt ?? row.changedAt,
      reason: row.disabledReason ?? (row.isReportedUp ? null : 'This server has no backend of this name.'),
    };
  }
}

/** Nothing is lost with the service of a backend that is gone, enabled and without volumes. */
function isOfInterest({ isReportedUp, isDisabled, volumes }: BackendServiceRow): boolean {
  return isReportedUp || isDisabled || volumes > 0;
}

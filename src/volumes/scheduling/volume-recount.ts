import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import { RunsAtBackends, type TaskOutcome } from '../../operations/reconciler.js';
import { BackgroundReader } from '../../platform/database/reader.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { BackendServicesRepository } from './backend-services.repository.js';

/** Milliseconds between two counts of a backend's volumes. */
const PERIOD_MS = 86_400_000;

/**
 * Corrects the sums of the backends' volumes, at start and once a day: a server of an earlier release that ran beside this
 * one did not keep them.
 */
@Injectable()
export class VolumeRecount {
  private readonly countedAtMs = new Map<string, number>();

  constructor(
    private readonly backends: BackendRegistry,
    private readonly services: BackendServicesRepository,
    private readonly reader: BackgroundReader,
    private readonly unitOfWork: UnitOfWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Counts the volumes of one backend whose turn it is. */
  @RunsAtBackends('the count of volumes')
  async run(): Promise<TaskOutcome> {
    const due = this.backends.all().filter(({ name }) => this.isDue(name));
    const [backend, ...others] = due;
    if (backend === undefined) return 'done';
    const { name } = backend;
    const drift = await this.services.drift(this.reader, name);
    const isRight = drift.off.volumes === 0 && drift.off.gigabytes === 0;
    if (isRight || (await this.unitOfWork.run((tx) => this.services.correct(tx, name, drift)))) {
      this.countedAtMs.set(name, performance.now());
      if (!isRight) this.log.warn({ backend: name, ...drift.off }, 'the sum of volumes was corrected');
      return others.length > 0 ? 'more' : 'done';
    }
    // A volume was created or removed meanwhile: count again in the next round.
    return 'done';
  }

  private isDue(name: string): boolean {
    const countedAtMs = this.countedAtMs.get(name);
    return countedAtMs === undefined || performance.now() - countedAtMs >= PERIOD_MS;
  }
}

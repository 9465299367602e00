import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { KnownBackend } from '../../drivers/registry/backend-directory.js';
import { isOutageOfBackend } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { BackendServicesRepository } from './backend-services.repository.js';
import type { Space } from './capacity.js';

/** Age up to which a new volume is placed by what a backend said, in milliseconds. */
const FRESH_MS = 10_000;

/** Longest time that anybody waits for a backend to tell its space, in milliseconds. */
const WAIT_MS = 2_000;

const UNTOLD = { totalGib: null, freeGib: null };

interface Known {
  readonly space: Space;
  readonly atMs: number;
}

/**
 * What the backends say about their space: asked at most every {@link FRESH_MS}, once at a time. A backend that does not
 * answer in time counts as silent, and nobody waits longer for it.
 */
@Injectable()
export class Capacities {
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Space | null>>();

  constructor(
    private readonly services: BackendServicesRepository,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** A backend's space, at most {@link FRESH_MS} old; null if it does not answer. */
  async of(backend: KnownBackend, requestId: string): Promise<Space | null> {
    const known = this.known.get(backend.name);
    if (known !== undefined && performance.now() - known.atMs < FRESH_MS) return known.space;
    return this.now(backend, requestId);
  }

  /** A backend's space as it is now; null if it does not answer. */
  async now(backend: KnownBackend, requestId: string): Promise<Space | null> {
    if (!backend.isAnswering) return null;
    const asking = this.asking.get(backend.name) ?? this.ask(backend, requestId);
    const waiting = new AbortController();
    const silence = sleep(WAIT_MS, null, { signal: waiting.signal, ref: false }).catch(() => null);
    return Promise.race([asking, silence]).finally(() => waiting.abort());
  }

  private ask(backend: KnownBackend, requestId: string): Promise<Space | null> {
    const asking = this.read(backend, requestId).finally(() => this.asking.delete(backend.name));
    this.asking.set(backend.name, asking);
    return asking;
  }

  private async read(backend: KnownBackend, requestId: string): Promise<Space | null> {
    try {
      // Before the backend is asked: what is created meanwhile counts twice rather than not at all.
      const spoken = await this.services.spoken(backend.name);
      const stats = await backend.getStats(requestId);
      return this.keep(backend.name, { stats, ...spoken });
    } catch (error) {
      this.log.warn(
        { err: error, backend: backend.name, requestId },
        'the backend does not tell its capacity',
      );
      if (isOutageOfBackend(error)) return null;
      // It answers, and may have room all the same.
      return this.keep(backend.name, { stats: UNTOLD, allocatedGib: 0, pendingGib: 0 });
    }
  }

  private keep(backend: string, space: Space): Space {
    this.known.set(backend, { space, atMs: performance.now() });
    return space;
  }
}

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

/** Of a backend that has not told its space. */
const UNTOLD: Space = { stats: { totalGib: null, freeGib: null }, allocatedGib: 0, pendingGib: 0 };

interface Known {
  readonly space: Space;
  readonly atMs: number;
}

/**
 * What the backends say about their space: asked at most every {@link FRESH_MS}, once at a time. Nobody waits longer than
 * {@link WAIT_MS} for an answer.
 */
@Injectable()
export class Capacities {
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Space | null>>();
  /** Those that were down, or gave no answer within the limit of a driver call, when they were asked last. */
  private readonly silent = new Set<string>();

  constructor(
    private readonly services: BackendServicesRepository,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * A backend's space: at most {@link FRESH_MS} old, or what a slow backend said last; null if it does not answer. An older
   * one serves as well: only what others than its volumes take up is missing in it.
   */
  async of(backend: KnownBackend, requestId: string): Promise<Space | null> {
    const known = this.known.get(backend.name);
    if (known !== undefined && performance.now() - known.atMs < FRESH_MS) return known.space;
    const told = await this.now(backend, requestId);
    if (told !== null) return told;
    const isDown = !backend.isAnswering || this.silent.has(backend.name);
    return isDown ? null : (known?.space ?? UNTOLD);
  }

  /** A backend's space as it is now; null if it does not answer in time. */
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
      if (isOutageOfBackend(error)) {
        this.silent.add(backend.name);
        return null;
      }
      // It answers, and may have room all the same.
      return this.keep(backend.name, UNTOLD);
    }
  }

  private keep(backend: string, space: Space): Space {
    this.silent.delete(backend);
    this.known.set(backend, { space, atMs: performance.now() });
    return space;
  }
}

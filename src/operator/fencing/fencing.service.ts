import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import type { Logger } from 'pino';
import type { RequestContext } from '../../api/auth/request-context.js';
import { FenceSaga } from '../../attachments/index.js';
import { DatabaseTrouble, OutcomeUnknown } from '../../platform/database/database-failure.js';
import { DomainError } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { type FencePosition, markerOf } from './fence-position.js';
import { HostConnectionsReader, type VolumeOfHost } from './host-connections.reader.js';

/** A volume from which the host is cut off, as its driver confirmed. */
export interface CutOff {
  readonly volumeId: string;
  readonly backend: string;
  /** Ids of the host's connections: those of attachments are the attachments' ids. */
  readonly connections: readonly string[];
}

/** A volume to which the host may still have access. */
export interface Unconfirmed {
  readonly volumeId: string;
  readonly backend: string;
  /** Why, without secrets. */
  readonly reason: string;
}

/** Part of a fencing. */
export interface FencePart {
  readonly cutOff: readonly CutOff[];
  readonly unconfirmed: readonly Unconfirmed[];
  /** For the next part; null after the last. */
  readonly nextMarker: string | null;
}

/** A part ends after this time or number of volumes. */
const PART_MS = 5_000;
const PART_VOLUMES = 500;

/** Volumes that one fencing works on at once. */
const AT_ONCE = 8;

/** Cuts a dead host off from all volumes (docs/adr/0042). */
@Injectable()
export class FencingService {
  constructor(
    private readonly connections: HostConnectionsReader,
    private readonly saga: FenceSaga,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Cuts the host off from the volumes behind a position. What it was cut off from before is not found again, so that an
   * interrupted fencing may begin anew.
   * @throws Unavailable if the database cannot be read or written.
   */
  async part(ctx: RequestContext, host: string, from: FencePosition): Promise<FencePart> {
    const cutOff: CutOff[] = [];
    const unconfirmed: Unconfirmed[] = [];
    const endMs = performance.now() + PART_MS;
    const turns = new Semaphore(AT_ONCE);
    for (let position: FencePosition | null = from; position !== null;) {
      const { volumes, next } = await this.connections.part(host, position);
      const outcomes = await Promise.all(
        volumes.map((volume) => turns.runExclusive(() => this.fence(ctx, host, volume))),
      );
      for (const outcome of outcomes.flat()) {
        if ('reason' in outcome) unconfirmed.push(outcome);
        else cutOff.push(outcome);
      }
      position = next;
      const isFull = cutOff.length + unconfirmed.length >= PART_VOLUMES || performance.now() >= endMs;
      if (isFull && position !== null) return { cutOff, unconfirmed, nextMarker: markerOf(position) };
    }
    return { cutOff, unconfirmed, nextMarker: null };
  }

  private async fence(
    ctx: RequestContext,
    host: string,
    { volumeId, backend, unconnected }: VolumeOfHost,
  ): Promise<(CutOff | Unconfirmed)[]> {
    const recorded = unconnected.map((id) => ({
      volumeId,
      backend,
      reason: `Attachment ${id} was recorded by os-attach: no connection of the host is known for it.`,
    }));
    try {
      const { requestId } = ctx;
      const connections = await this.saga.fence(ctx, { volumeId, backend, requestId }, host);
      return connections.length === 0 ? recorded : [{ volumeId, backend, connections }, ...recorded];
    } catch (error) {
      if (error instanceof DatabaseTrouble && !(error instanceof OutcomeUnknown)) throw error;
      this.log.error(
        { err: error, volumeId, backend, host, requestId: ctx.requestId },
        'a host was not cut off',
      );
      const reason =
        error instanceof DomainError ? error.message : 'The work failed unexpectedly; the log says why.';
      return [{ volumeId, backend, reason }];
    }
  }
}

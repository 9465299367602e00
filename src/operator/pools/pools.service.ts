import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock } from '../../platform/clock.js';
import { NotFound } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { serviceHost } from '../../platform/hosts/service-host.js';
import { Reader } from '../../platform/database/reader.js';
import type { BackendStats } from '../../drivers/contract/index.js';
import { BackendDirectory, type KnownBackend } from '../../drivers/registry/backend-directory.js';
import { backendTraits, unmetSpec, VolumeTypesService } from '../../volumes/types/index.js';
import { backendAt, hostOf } from '../../volumes/index.js';
import { capabilitiesView, type Pool, poolCapabilities, poolView } from './pool.js';

/** Pools to list, and how much of each to show. */
export interface PoolSelection {
  readonly withDetail: boolean;
  /** Name or id of a volume type that the pools must meet. */
  readonly volumeType: string | undefined;
  /** Required values of capabilities, and of `name`. */
  readonly filters: ReadonlyMap<string, string>;
}

interface UsageRow {
  readonly backend: string;
  readonly volumes: number | string;
  readonly gigabytes: number | string;
}

/** Reports capacity and capabilities of the backends. */
@Injectable()
export class PoolsService {
  constructor(
    private readonly backends: BackendDirectory,
    private readonly types: VolumeTypesService,
    private readonly reader: Reader,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws NotFound for an unknown volume type. */
  async list(ctx: RequestContext, { withDetail, volumeType, filters }: PoolSelection): Promise<object[]> {
    const type = volumeType === undefined ? null : await this.types.forNewVolume(ctx, volumeType);
    const usage = await this.usage();
    const fitting = this.backends
      .all()
      .filter(
        ({ name, capabilities }) =>
          type === null || unmetSpec(type, backendTraits(name, capabilities.storageProtocol)) === null,
      );
    const pools = await Promise.all(
      fitting.map((backend) => this.pool(backend, usage.get(backend.name), ctx.requestId)),
    );
    const now = this.clock.now();
    return pools
      .filter((pool) => matches({ name: hostOf(pool.backend), ...poolCapabilities(pool, now) }, filters))
      .map((pool) => poolView(pool, withDetail, now));
  }

  /** The capabilities of the backend at a host, `clinker@<backend>`. @throws NotFound */
  capabilities(host: string): object {
    const named = backendAt(host);
    const backend = this.backends.all().find(({ name }) => name === named);
    if (backend === undefined) throw new NotFound(`Can't find service: ${host}`);
    return capabilitiesView(serviceHost(backend.name), backend.name, backend.capabilities.storageProtocol);
  }

  private async pool(backend: KnownBackend, usage: UsageRow | undefined, requestId: string): Promise<Pool> {
    const stats = await this.stats(backend, requestId);
    return {
      backend: backend.name,
      capabilities: backend.capabilities,
      isUp: backend.isAnswering,
      stats,
      volumes: Number(usage?.volumes ?? 0),
      allocatedGib: Number(usage?.gigabytes ?? 0),
    };
  }

  /** Does not wait for a backend known not to answer; a failing backend does not hide the others. */
  private async stats(backend: KnownBackend, requestId: string): Promise<BackendStats | null> {
    if (!backend.isAnswering) return null;
    try {
      return await backend.getStats(requestId);
    } catch (error) {
      this.log.warn(
        { err: error, backend: backend.name, requestId },
        'the backend does not tell its capacity',
      );
      return null;
    }
  }

  private async usage(): Promise<ReadonlyMap<string, UsageRow>> {
    const rows = await this.reader.rows<UsageRow>(
      'SELECT backend, COUNT(*) AS volumes, SUM(size) AS gigabytes FROM volumes GROUP BY backend',
      [],
      'large',
    );
    return new Map(rows.map((row) => [row.backend, row]));
  }
}

function matches(values: Readonly<Record<string, unknown>>, filters: ReadonlyMap<string, string>): boolean {
  return [...filters].every(
    ([key, wanted]) =>
      Object.hasOwn(values, key) && String(values[key]).toLowerCase() === wanted.toLowerCase(),
  );
}

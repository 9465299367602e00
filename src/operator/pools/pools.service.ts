import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { NotFound } from '../../platform/errors.js';
import { serviceHost } from '../../platform/hosts/service-host.js';
import { BackendDirectory, type KnownBackend } from '../../drivers/registry/backend-directory.js';
import {
  BackendServices,
  type BackendServiceRow,
  Capacities,
  poolRules,
} from '../../volumes/scheduling/index.js';
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

/** Reports capacity and capabilities of the backends. */
@Injectable()
export class PoolsService {
  constructor(
    private readonly backends: BackendDirectory,
    private readonly types: VolumeTypesService,
    private readonly services: BackendServices,
    private readonly capacities: Capacities,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws NotFound for an unknown volume type. */
  async list(ctx: RequestContext, { withDetail, volumeType, filters }: PoolSelection): Promise<object[]> {
    const type = volumeType === undefined ? null : await this.types.forNewVolume(ctx, volumeType);
    const services = await this.services.rows();
    const fitting = this.backends
      .all()
      .filter(
        ({ name, capabilities }) =>
          type === null || unmetSpec(type, backendTraits(name, capabilities.storageProtocol)) === null,
      );
    const pools = await Promise.all(
      fitting.map((backend) => this.pool(backend, services.get(backend.name), ctx.requestId)),
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

  private async pool(
    backend: KnownBackend,
    service: BackendServiceRow | undefined,
    requestId: string,
  ): Promise<Pool> {
    const space = await this.capacities.now(backend, requestId);
    return {
      backend: backend.name,
      capabilities: backend.capabilities,
      rules: poolRules(this.config, backend),
      isUp: backend.isAnswering,
      stats: space?.stats ?? null,
      volumes: service?.volumes ?? 0,
      allocatedGib: service?.gigabytes ?? 0,
    };
  }
}

function matches(values: Readonly<Record<string, unknown>>, filters: ReadonlyMap<string, string>): boolean {
  return [...filters].every(
    ([key, wanted]) =>
      Object.hasOwn(values, key) && String(values[key]).toLowerCase() === wanted.toLowerCase(),
  );
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Conflict } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { VolumeTypesRepository } from './volume-types.repository.js';
import { VolumeTypesService } from './volume-types.service.js';

/** The type that every deployment has; any other default is the operator's to make. */
const BUILT_IN = '__DEFAULT__';

/** Sees to it at start that volumes can be created without a type. */
@Injectable()
export class DefaultVolumeType implements OnModuleInit {
  constructor(
    private readonly types: VolumeTypesRepository,
    private readonly volumeTypes: VolumeTypesService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const { default_volume_type: name } = this.config;
    if ((await this.types.findByName(name)) !== null) return;
    if (name !== BUILT_IN) {
      this.log.warn({ name }, 'there is no volume type of the name that default_volume_type sets');
      return;
    }
    await this.volumeTypes
      .create({ name, description: 'Default Volume Type', isPublic: true, extraSpecs: {} })
      .catch(ignoreWhenMadeMeanwhile);
  }
}

/** Another process on the same database may start at the same time. */
function ignoreWhenMadeMeanwhile(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}

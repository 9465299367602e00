import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Conflict } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { VolumeTypesRepository } from './volume-types.repository.js';
import { VolumeTypesService } from './volume-types.service.js';

/** The type that every deployment has. Operators create any other default type themselves. */
const BUILT_IN = '__DEFAULT__';

/** Creates the default type at start, so that volumes can be created without a type. */
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
      this.log.warn({ name }, 'the volume type that default_volume_type names does not exist');
      return;
    }
    await this.volumeTypes
      .create({ name, description: 'Default Volume Type', isPublic: true, extraSpecs: {} })
      .catch(ignoreWhenMadeMeanwhile);
  }
}

/** Another process on the same database may have created it at the same time. */
function ignoreWhenMadeMeanwhile(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../logging/logger.js';
import { SecretBox } from './secret-box.js';

/** Logs at start how credentials are stored. */
@Injectable()
export class SecretsNotice implements OnModuleInit {
  constructor(
    private readonly secrets: SecretBox,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    const { currentKeyId, keyIds } = this.secrets;
    if (currentKeyId === null) {
      this.log.warn('credentials are stored as plain text: set secret_keys_file to encrypt them');
    } else {
      this.log.info({ encryptsWith: currentKeyId, decryptsWith: keyIds }, 'stored credentials are encrypted');
    }
  }
}

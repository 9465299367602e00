import { Injectable } from '@nestjs/common';
import type { Connection } from '../../drivers/contract/index.js';
import type { VolumeEntity } from '../../volumes/index.js';
import { VolumeTypesService } from '../../volumes/types/index.js';
import type { ConnectionFacts } from './connection-info.js';

/** Finds what the core adds to a driver's connection_info. */
@Injectable()
export class ConnectionFactsReader {
  constructor(private readonly types: VolumeTypesService) {}

  async read({ encryptionKeyId, volumeTypeId }: VolumeEntity, made: Connection): Promise<ConnectionFacts> {
    const type = volumeTypeId === null ? null : await this.types.findById(volumeTypeId);
    const isCacheable = type === null ? null : type.extraSpecs['cacheable'] === '<is> True';
    return { ...made, isEncrypted: encryptionKeyId !== null, isCacheable };
  }
}

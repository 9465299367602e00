import { Module } from '@nestjs/common';
import { VersionsController } from './versions.controller.js';

/** The discovery documents. The version guards belong to the app's global sequence. */
@Module({ controllers: [VersionsController] })
export class VersionsModule {}

import { Module } from '@nestjs/common';
import { VersionsController } from './versions.controller.js';

/** The discovery documents. The guards of the versions are part of the app's sequence. */
@Module({ controllers: [VersionsController] })
export class MicroversionModule {}

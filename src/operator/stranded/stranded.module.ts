import { Module } from '@nestjs/common';
import { StrandedNotice } from './stranded-notice.js';

/** Volumes on backends that are not configured. */
@Module({ providers: [StrandedNotice] })
export class StrandedModule {}

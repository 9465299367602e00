import { Global, Module } from '@nestjs/common';
import { BackgroundWork } from './background-work.js';
import { OperationJournal } from './operation-journal.js';

@Global()
@Module({ providers: [OperationJournal, BackgroundWork], exports: [OperationJournal, BackgroundWork] })
export class OperationsModule {}

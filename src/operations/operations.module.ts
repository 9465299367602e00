import { Global, Module } from '@nestjs/common';
import { BackgroundWork } from './background-work.js';
import { OperationRecovery } from './operation-recovery.js';
import { OperationJournal } from './operation-journal.js';

@Global()
@Module({
  providers: [OperationJournal, BackgroundWork, OperationRecovery],
  exports: [OperationJournal, BackgroundWork, OperationRecovery],
})
export class OperationsModule {}

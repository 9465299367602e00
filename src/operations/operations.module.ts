import { Global, Module } from '@nestjs/common';
import { BackgroundWork } from './background-work.js';
import { OperationJournal } from './operation-journal.js';
import { OperationRecovery } from './operation-recovery.js';
import { OverruledWork } from './overruled-work.js';
import { ProcessWatch } from './process-watch.js';
import { ProcessesRepository } from './processes.repository.js';
import { Reconciler } from './reconciler.js';
import { ThisProcess } from './this-process.js';

@Global()
@Module({
  providers: [
    ThisProcess,
    OperationJournal,
    BackgroundWork,
    OperationRecovery,
    OverruledWork,
    ProcessesRepository,
    ProcessWatch,
    Reconciler,
  ],
  exports: [OperationJournal, BackgroundWork, OperationRecovery, OverruledWork, Reconciler],
})
export class OperationsModule {}

import { Global, Module } from '@nestjs/common';
import { AskedWorkHandlers } from './asked-work-handlers.js';
import { AskedWorkRepository } from './asked-work.repository.js';
import { BackgroundWork } from './background-work.js';
import { ExpiredRows } from './expired-rows.js';
import { OpenConnectsRepository } from './open-connects.repository.js';
import { OperationJournal } from './operation-journal.js';
import { JournalledWork } from './journalled-work.js';
import { OperationRecovery } from './operation-recovery.js';
import { OverruledWork } from './overruled-work.js';
import { ProcessWatch } from './process-watch.js';
import { ProcessesRepository } from './processes.repository.js';
import { Reconciler } from './reconciler.js';
import { ThisProcess } from './this-process.js';
import { WorkOutcomes } from './work-outcomes.js';

@Global()
@Module({
  providers: [
    ThisProcess,
    OperationJournal,
    OpenConnectsRepository,
    BackgroundWork,
    ExpiredRows,
    OperationRecovery,
    OverruledWork,
    JournalledWork,
    ProcessesRepository,
    ProcessWatch,
    Reconciler,
    AskedWorkHandlers,
    AskedWorkRepository,
    WorkOutcomes,
  ],
  exports: [
    ThisProcess,
    OperationJournal,
    OpenConnectsRepository,
    BackgroundWork,
    ExpiredRows,
    OperationRecovery,
    JournalledWork,
    ProcessesRepository,
    ProcessWatch,
    Reconciler,
    AskedWorkHandlers,
    AskedWorkRepository,
    WorkOutcomes,
  ],
})
export class OperationsModule {}

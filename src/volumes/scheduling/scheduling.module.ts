import { Module } from '@nestjs/common';
import { BackendServicesRepository } from './backend-services.repository.js';
import { BackendServices } from './backend-services.service.js';
import { Capacities } from './capacities.js';
import { Scheduler } from './scheduler.js';
import { ServiceReports } from './service-reports.js';
import { VolumeRecount } from './volume-recount.js';

@Module({
  providers: [
    BackendServicesRepository,
    BackendServices,
    Capacities,
    Scheduler,
    ServiceReports,
    VolumeRecount,
  ],
  exports: [BackendServices, Capacities, Scheduler],
})
export class SchedulingModule {}

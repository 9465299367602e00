export { type BackendServiceRow, moveService, removeService } from './backend-services.repository.js';
export { type BackendService, BackendServices, type ServiceChange } from './backend-services.service.js';
export { Capacities } from './capacities.js';
export { poolRules, type PoolRules } from './pool-rules.js';
export { type RecordedCandidate, recordedCandidate, Scheduler } from './scheduler.js';
export { SchedulingModule } from './scheduling.module.js';

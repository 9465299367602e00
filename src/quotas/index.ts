export { QuotasModule } from './quotas.module.js';
export { QuotasService, UNLIMITED } from './quotas.service.js';

export { QuotasModule } from './quotas.module.js';
export { NONE, QuotasService, UNLIMITED } from './quotas.service.js';

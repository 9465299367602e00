export { DeploymentModule } from './deployment.module.js';
export { ATTACHMENT_FILTERS, VOLUME_FILTERS, VOLUME_TYPE_FILTERS } from './resource-filters.js';

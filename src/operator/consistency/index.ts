export { ConsistencyModule } from './consistency.module.js';

export { Compute } from './compute.js';
export { ComputeModule } from './compute.module.js';

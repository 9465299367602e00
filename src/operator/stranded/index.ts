export { StrandedModule } from './stranded.module.js';
export { strandedBackends, usageOf } from './stranded.reader.js';

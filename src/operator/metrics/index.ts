export { MetricsModule } from './metrics.module.js';
export { MOST_COUNTED, StoredStateReader, type Tally } from './stored-state.reader.js';

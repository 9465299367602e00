import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';
import { Messages1764200000000 } from './1764200000000-messages.js';
import { Processes1764300000000 } from './1764300000000-processes.js';
import { ReadonlySet1764400000000 } from './1764400000000-readonly-set.js';
import { PendingSize1764400000001 } from './1764400000001-pending-size.js';
import { LegacyConnections1764400000002 } from './1764400000002-legacy-connections.js';
import { AttachmentEvents1764500000000 } from './1764500000000-attachment-events.js';
import { IdempotencyKeys1764500000001 } from './1764500000001-idempotency-keys.js';
import { QuotaLocks1764600000000 } from './1764600000000-quota-locks.js';

/** All migrations in the order in which they are applied. */
export const migrations = [
  InitialSchema1764000000000,
  Messages1764200000000,
  Processes1764300000000,
  ReadonlySet1764400000000,
  PendingSize1764400000001,
  LegacyConnections1764400000002,
  AttachmentEvents1764500000000,
  IdempotencyKeys1764500000001,
  QuotaLocks1764600000000,
] as const;

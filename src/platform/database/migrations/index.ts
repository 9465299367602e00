import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';
import { Messages1764200000000 } from './1764200000000-messages.js';
import { Processes1764300000000 } from './1764300000000-processes.js';
import { ReadonlySet1764400000000 } from './1764400000000-readonly-set.js';
import { PendingSize1764400000001 } from './1764400000001-pending-size.js';
import { LegacyConnections1764400000002 } from './1764400000002-legacy-connections.js';
import { AttachmentEvents1764500000000 } from './1764500000000-attachment-events.js';
import { IdempotencyKeys1764500000001 } from './1764500000001-idempotency-keys.js';
import { QuotaLocks1764600000000 } from './1764600000000-quota-locks.js';
import { ProcessPlace1764700000003 } from './1764700000003-process-place.js';
import { SecretKeys1764700000004 } from './1764700000004-secret-keys.js';
import { UsageIndices1764700000005 } from './1764700000005-usage-indices.js';
import { NamesInOrder1764700000006 } from './1764700000006-names-in-order.js';
import { ManyRows1764800000000 } from './1764800000000-many-rows.js';
import { TypesInOrder1764900000000 } from './1764900000000-types-in-order.js';
import { EventStream1765000000000 } from './1765000000000-event-stream.js';
import { EventReceivers1765100000001 } from './1765100000001-event-receivers.js';
import { BackendServices1765100000042 } from './1765100000042-backend-services.js';
import { Nodes1765300000000 } from './1765300000000-nodes.js';
import { DeadLetters1765400000000 } from './1765400000000-dead-letters.js';
import { AskedWork1765500000000 } from './1765500000000-asked-work.js';
import { ProcessSettings1765600000000 } from './1765600000000-process-settings.js';

/** All migrations in the order of their application. */
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
  ProcessPlace1764700000003,
  SecretKeys1764700000004,
  UsageIndices1764700000005,
  NamesInOrder1764700000006,
  ManyRows1764800000000,
  TypesInOrder1764900000000,
  EventStream1765000000000,
  EventReceivers1765100000001,
  BackendServices1765100000042,
  Nodes1765300000000,
  DeadLetters1765400000000,
  AskedWork1765500000000,
  ProcessSettings1765600000000,
] as const;

import { z } from 'zod';

/** What is looked after in the background, and how long things are kept. */
export const upkeep = {
  message_ttl_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(10 * 365 * 86_400)
    .default(30 * 86_400)
    .describe('How long messages about failures are kept.'),
  reconcile_interval_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe(
      'Seconds between two looks for work that was left open, by a server that died or because a backend failed.',
    ),
  reservation_ttl_s: z.coerce
    .number()
    .int()
    .min(0)
    .max(10 * 365 * 86_400)
    .default(0)
    .describe(
      'Seconds after which an attachment that is only reserved, without connector, is released; 0 is never. Nova keeps the volumes of shelved servers reserved: leave it at 0 where Nova shelves.',
    ),
  process_lease_s: z.coerce
    .number()
    .int()
    .min(3)
    .max(3600)
    .default(30)
    .describe(
      'Seconds without a sign of life after which the servers that share a database end the work of one. The same for all of them. Without meaning for SQLite.',
    ),
  history_retention_days: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('How long the history of an attachment is kept after its deletion.'),
  idempotency_key_ttl_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(30 * 86_400)
    .default(86_400)
    .describe(
      'Seconds for which a create that repeats its Idempotency-Key is answered with the attachment that it made.',
    ),
};

import { integer } from './integer.js';

/** Background work and retention. */
export const upkeep = {
  message_ttl_s: integer(1, 10 * 365 * 86_400)
    .default(30 * 86_400)
    .describe('Seconds that user messages are kept.'),
  reconcile_interval_s: integer(1, 86_400)
    .default(60)
    .describe(
      'Seconds between two reconciliations, which finish work left open by a server that died or a backend that failed.',
    ),
  reconcile_volumes_per_round: integer(200, 10_000_000)
    .default(10_000)
    .describe(
      'Maximum number of volumes whose exports a reconciliation compares with their attachments. A pass over more volumes takes several; they follow one another immediately at start, when a backend comes back, and while lost exports are restored. A higher value finds lost exports sooner and costs more.',
    ),
  reservation_ttl_s: integer(0, 10 * 365 * 86_400)
    .default(0)
    .describe(
      'Seconds after which an attachment that is only reserved, without connector, is released; 0 is never. Nova keeps volumes of shelved servers reserved: leave it at 0 if servers are shelved.',
    ),
  process_lease_s: integer(3, 3600)
    .default(30)
    .describe(
      'Seconds without a heartbeat after which the other servers on the database finish the work of this one. Ignored for SQLite.',
    ),
  history_retention_days: integer(1, 3650)
    .default(30)
    .describe('Days that the history of an attachment is kept after its deletion.'),
  idempotency_key_ttl_s: integer(1, 30 * 86_400)
    .default(86_400)
    .describe(
      'Seconds that an Idempotency-Key is remembered; a create repeated within them returns the attachment that it created.',
    ),
};

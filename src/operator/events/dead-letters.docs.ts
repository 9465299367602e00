import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { pagingDocs } from '../../api/openapi/paging-docs.js';
import {
  count,
  flag,
  nextLinks,
  only,
  page,
  text,
  textOrNull,
  TIME,
} from '../../api/openapi/property-schemas.js';

const TAG = 'operators';

const deadLetter: JsonSchema = named('DeadLetter', {
  type: 'object',
  description: 'An event that a receiver did not take.',
  properties: {
    id: text("The dead letter's id."),
    receiver: text('The receiver, as the log names it: `webhook` and its name.'),
    event_id: text("The event's id, as in streams."),
    event_type: text("The event's type."),
    volume_id: textOrNull("The volume's id; null for an event about a backend."),
    reason: text('Why the receiver did not take it, at the last try.'),
    tries: count('How often it was sent.'),
    created_at: text(`When it was given up: ${TIME}.`),
  },
  required: ['id', 'receiver', 'event_id', 'event_type', 'volume_id', 'reason', 'tries', 'created_at'],
});

const retry = named('DeadLetterRetry', {
  type: 'object',
  description: 'What became of an event that was sent again.',
  properties: {
    taken: flag('True if the receiver took it: it is no dead letter any more.'),
    reason: textOrNull('Why the receiver did not take it; null if it did.'),
  },
  required: ['taken', 'reason'],
});

const SOURCE = 'There are dead letters once a webhook has refused an event; until then, 404.';

const MISSING = { 404: 'There is no such dead letter.' };

/** OpenAPI texts and schemas of the dead letters. */
export const deadLetterDocs = {
  list: {
    id: 'listDeadLetters',
    tag: TAG,
    summary: 'List events that receivers did not take',
    description:
      'Events that were given up: a webhook refused them, or did not take them within `webhook_retry_s`. The newest 1000 of each receiver, for `history_retention_days`. Not part of Cinder.',
    query: [
      { name: 'receiver', description: 'Only those of this receiver.', schema: { type: 'string' } },
      ...pagingDocs,
    ],
    success: {
      status: 200,
      description: 'A page of dead letters, and the number of all.',
      schema: page('DeadLetterList', 'dead_letters', deadLetter, {
        count: count('Number of all matches.'),
        dead_letters_links: nextLinks,
      }),
    },
  },
  retry: {
    id: 'retryDeadLetter',
    tag: TAG,
    summary: 'Send an event again',
    description: `The action \`retry\` sends the event once, out of turn, and waits for the answer of the receiver. Not part of Cinder. ${SOURCE}`,
    requests: { retry: { retry: null } },
    first: ['listDeadLetters'],
    usual: 404,
    success: {
      status: 200,
      description: 'Whether the receiver took it.',
      schema: only('retry', retry),
    },
    faults: {
      ...MISSING,
      409: 'The event has expired, this server does not have the receiver in its configuration, or others are being sent to it again.',
    },
  },
  dismiss: {
    id: 'dismissDeadLetter',
    tag: TAG,
    summary: 'Dismiss a dead letter',
    description: `Forgets that a receiver did not take an event. Its history stays. Not part of Cinder. ${SOURCE}`,
    first: ['listDeadLetters'],
    usual: 404,
    success: { status: 204, description: 'Done.' },
    faults: MISSING,
  },
} as const satisfies Record<string, OperationDoc>;

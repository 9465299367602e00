import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { pagingDocs } from '../../api/openapi/paging-docs.js';
import { EVENT_KINDS } from './attachment-event.js';

const TIME = 'UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const textOrNull = (description: string): JsonSchema => ({ type: ['string', 'null'], description });

const condition: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', enum: ['Reserved', 'Connected', 'Attached', 'Detaching'] },
    status: { type: 'boolean', description: 'Whether the condition holds.' },
    reason: text('Machine-readable reason in one word, for example ConnectFailed.'),
    message: textOrNull('The error behind the reason, without secrets.'),
    since: textOrNull(
      `When the condition last changed, ${TIME}; null if that was before history was recorded.`,
    ),
  },
  required: ['type', 'status', 'reason', 'message', 'since'],
};

const event: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', description: 'Number of the event within the attachment, from 1.' },
    event: { type: 'string', enum: [...EVENT_KINDS] },
    from: textOrNull('Status before; null for a new attachment.'),
    to: text('Status after; `deleted` if the attachment was removed.'),
    at: text(`Time of the event, ${TIME}.`),
    user_id: textOrNull(
      'User who caused it; null if the server did it on its own, for example after a crash.',
    ),
    project_id: textOrNull("The project of that user's token."),
    request_id: text('Id of the request that caused it, as in its response and in the log.'),
    duration_ms: { type: ['integer', 'null'], description: 'Time that the backend took, in milliseconds.' },
    reason: textOrNull('Reason of a failure, without secrets.'),
  },
};

/** OpenAPI texts and schemas of an attachment's history. */
export const historyDocs = {
  show: {
    id: 'showAttachmentHistory',
    tag: 'attachments',
    summary: "Show an attachment's history",
    description:
      "The attachment's current conditions with their reasons, and its events, newest first: user, time, request, time taken by the backend, and the reason of a failure. Not part of Cinder's API. The history of a deleted attachment is kept for `history_retention_days`.",
    query: pagingDocs.filter(({ name }) => name === 'limit' || name === 'marker'),
    success: {
      status: 200,
      description: 'The conditions and a page of events.',
      schema: {
        type: 'object',
        properties: {
          history: {
            type: 'object',
            properties: {
              attachment_id: text("The attachment's id."),
              volume_id: text("The volume's id."),
              status: text("The attachment's status; `deleted` if it was removed."),
              conditions: { type: 'array', items: condition },
              events: { type: 'array', items: event },
              events_links: {
                type: 'array',
                description: 'Link to the next page if this one is full.',
                items: { type: 'object', properties: { rel: { const: 'next' }, href: { type: 'string' } } },
              },
            },
            required: ['attachment_id', 'volume_id', 'status', 'conditions', 'events'],
          },
        },
        required: ['history'],
      },
    },
    faults: { 404: 'The project has and had no such attachment, or its history has expired.' },
    examples: { response: 'history' },
  },
} as const satisfies Record<string, OperationDoc>;

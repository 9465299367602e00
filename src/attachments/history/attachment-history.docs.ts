import type { JsonSchema } from '../../http/json-schema.js';
import type { OperationDoc } from '../../openapi/describes.js';
import { pagingDocs } from '../../openapi/paging-docs.js';
import { EVENT_KINDS } from './attachment-event.js';

const TIME = 'UTC without a zone, `YYYY-MM-DDTHH:MM:SS.ffffff`';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const textOrNull = (description: string): JsonSchema => ({ type: ['string', 'null'], description });

const condition: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', enum: ['Reserved', 'Connected', 'Attached', 'Detaching'] },
    status: { type: 'boolean', description: 'Whether it holds.' },
    reason: text('Why, in one word for programs, for instance ConnectFailed.'),
    message: textOrNull('The failure behind the reason, without secrets.'),
    since: textOrNull(`Since when, ${TIME}; null when that was before there was a history.`),
  },
  required: ['type', 'status', 'reason', 'message', 'since'],
};

const event: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', description: "Number of the event among the attachment's, from 1." },
    event: { type: 'string', enum: [...EVENT_KINDS] },
    from: textOrNull('Status before; null when the attachment is new.'),
    to: text('Status after; `deleted` when the attachment has gone.'),
    at: text(`When, ${TIME}.`),
    user_id: textOrNull(
      'Who asked for it; null when the server did it by itself, for instance after a crash.',
    ),
    project_id: textOrNull("The project of that user's token."),
    request_id: text('The request that began it, as its answer and the log name it.'),
    duration_ms: { type: ['integer', 'null'], description: 'Milliseconds that the backend took.' },
    reason: textOrNull('Why it failed, without secrets.'),
  },
};

/** Texts and schemas of an attachment's history for the OpenAPI document. */
export const historyDocs = {
  show: {
    id: 'showAttachmentHistory',
    tag: 'attachments',
    summary: "Show an attachment's history",
    description:
      "What holds of an attachment now and why (conditions), and what happened to it, newest first: who, when, by which request, how long the backend took, why it failed. Not part of Cinder's API. For an attachment that was deleted it answers for `history_retention_days`.",
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
              attachment_id: text('The attachment.'),
              volume_id: text('Its volume.'),
              status: text("The attachment's status; `deleted` when it has gone."),
              conditions: { type: 'array', items: condition },
              events: { type: 'array', items: event },
              events_links: {
                type: 'array',
                description: 'The address of the next page, when this one is full.',
                items: { type: 'object', properties: { rel: { const: 'next' }, href: { type: 'string' } } },
              },
            },
            required: ['attachment_id', 'volume_id', 'status', 'conditions', 'events'],
          },
        },
        required: ['history'],
      },
    },
    faults: { 404: 'There is and was no such attachment in the project, or it went too long ago.' },
    examples: { response: 'history' },
  },
} as const satisfies Record<string, OperationDoc>;

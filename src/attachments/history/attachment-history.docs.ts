import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { pagingDocs } from '../../api/openapi/paging-docs.js';
import { nextLinks, only, text, textOrNull, TIME } from '../../api/openapi/property-schemas.js';
import { EVENT_KINDS } from './attachment-event.js';

const condition: JsonSchema = named('AttachmentCondition', {
  type: 'object',
  description: 'Something that holds of the attachment now, or does not.',
  properties: {
    type: {
      type: 'string',
      enum: ['Reserved', 'Connected', 'Attached', 'Detaching'],
      description: 'What may hold.',
    },
    status: { type: 'boolean', description: 'Whether the condition holds.' },
    reason: text('Machine-readable reason in one word, for example ConnectFailed.'),
    message: textOrNull('The error behind the reason, without secrets.'),
    since: textOrNull(
      `When the condition last changed, ${TIME}; null if that was before history was recorded.`,
    ),
  },
  required: ['type', 'status', 'reason', 'message', 'since'],
});

const event: JsonSchema = named('AttachmentEvent', {
  type: 'object',
  description: 'A step in the life of the attachment.',
  properties: {
    id: { type: 'integer', description: 'Number of the event within the attachment, from 1.' },
    event: { type: 'string', enum: [...EVENT_KINDS], description: 'What happened.' },
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
});

const history: JsonSchema = named('AttachmentHistory', {
  type: 'object',
  description: 'Conditions and events of an attachment.',
  properties: {
    attachment_id: text("The attachment's id."),
    volume_id: text("The volume's id."),
    status: text("The attachment's status; `deleted` if it was removed."),
    conditions: { type: 'array', items: condition, description: 'The four conditions.' },
    events: { type: 'array', items: event, description: 'A page of events, newest first.' },
    events_links: nextLinks,
  },
  required: ['attachment_id', 'volume_id', 'status', 'conditions', 'events'],
});

/** OpenAPI texts and schemas of an attachment's history. */
export const historyDocs = {
  show: {
    id: 'showAttachmentHistory',
    tag: 'attachments',
    summary: "Show an attachment's history",
    description:
      "The attachment's current conditions with their reasons, and its events, newest first: user, time, request, time taken by the backend, and the reason of a failure. Not part of Cinder's API. The history of a deleted attachment is kept for `history_retention_days`.",
    first: ['createVolume', 'createAttachment'],
    query: pagingDocs.filter(({ name }) => name === 'limit' || name === 'marker'),
    success: {
      status: 200,
      description: 'The conditions and a page of events.',
      schema: only('history', history),
    },
    faults: { 404: 'The project has and had no such attachment, or its history has expired.' },
    examples: { response: 'history' },
  },
} as const satisfies Record<string, OperationDoc>;

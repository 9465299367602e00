import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { pagingDocs } from '../../api/openapi/paging-docs.js';

const TAG = 'deployment';

const text = (description: string): JsonSchema => ({ type: 'string', description });

const message: JsonSchema = {
  type: 'object',
  properties: {
    id: text("The message's id."),
    event_id: text('Machine-readable cause: VOLUME_VOLUME_<action>_<detail>.'),
    user_message: text('Human-readable cause.'),
    message_level: text('Always ERROR.'),
    resource_type: text('Always VOLUME.'),
    resource_uuid: text("The volume's id."),
    request_id: text('Id of the request that failed.'),
    created_at: text('Time of the failure, UTC.'),
    guaranteed_until: text('Time when the message expires, UTC.'),
    links: { type: 'array', items: { type: 'object' } },
  },
};

const filter = (name: string): { name: string; description: string; schema: JsonSchema } => ({
  name,
  description: `From 3.5: only messages with this ${name}.`,
  schema: { type: 'string' },
});

const MISSING = { 404: 'The project has no such message.' };

/** OpenAPI texts and schemas of the message operations. */
export const messageDocs = {
  list: {
    id: 'listMessages',
    tag: TAG,
    summary: 'List messages',
    description: "Failures of the project's attachments and volumes, newest first; paged from 3.5.",
    query: [
      ...['request_id', 'event_id', 'message_level', 'resource_type', 'resource_uuid'].map(filter),
      ...pagingDocs,
    ],
    success: {
      status: 200,
      description: 'A page of messages.',
      schema: {
        type: 'object',
        properties: {
          messages: { type: 'array', items: message },
          messages_links: {
            type: 'array',
            description: 'Link to the next page if this one is full.',
            items: { type: 'object', properties: { rel: { const: 'next' }, href: { type: 'string' } } },
          },
        },
        required: ['messages'],
      },
    },
  },
  show: {
    id: 'showMessage',
    tag: TAG,
    summary: 'Show a message',
    description: 'One message of the project.',
    success: {
      status: 200,
      description: 'The message.',
      schema: { type: 'object', properties: { message }, required: ['message'] },
    },
    faults: MISSING,
  },
  delete: {
    id: 'deleteMessage',
    tag: TAG,
    summary: 'Delete a message',
    description: 'Deletes a message. Messages also expire on their own.',
    success: { status: 204, description: 'Done.' },
    faults: MISSING,
  },
} as const satisfies Record<string, OperationDoc>;

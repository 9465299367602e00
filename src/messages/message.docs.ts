import type { JsonSchema } from '../http/json-schema.js';
import type { OperationDoc } from '../openapi/describes.js';
import { pagingDocs } from '../openapi/paging-docs.js';

const TAG = 'deployment';

const text = (description: string): JsonSchema => ({ type: 'string', description });

const message: JsonSchema = {
  type: 'object',
  properties: {
    id: text('The message.'),
    event_id: text('What failed, for programs: VOLUME_VOLUME_<action>_<detail>.'),
    user_message: text('What failed and why, for people.'),
    message_level: text('ERROR.'),
    resource_type: text('VOLUME.'),
    resource_uuid: text('The volume.'),
    request_id: text('The request that failed.'),
    created_at: text('When it failed, UTC.'),
    guaranteed_until: text('When the message goes, UTC.'),
    links: { type: 'array', items: { type: 'object' } },
  },
};

const filter = (name: string): { name: string; description: string; schema: JsonSchema } => ({
  name,
  description: `Only messages with this ${name}, from 3.5 on.`,
  schema: { type: 'string' },
});

const MISSING = { 404: 'There is no such message in the project.' };

/** Texts and schemas of the message operations for the OpenAPI document. */
export const messageDocs = {
  list: {
    id: 'listMessages',
    tag: TAG,
    summary: 'List messages',
    description:
      "Why the project's attachments and volumes have failed, newest first; with paging from 3.5 on.",
    query: [
      ...['request_id', 'event_id', 'message_level', 'resource_type', 'resource_uuid'].map(filter),
      ...pagingDocs,
    ],
    success: {
      status: 200,
      description: 'A page of messages.',
      schema: {
        type: 'object',
        properties: { messages: { type: 'array', items: message } },
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
    description: 'Removes a message; messages go by themselves after a while.',
    success: { status: 204, description: 'Done.' },
    faults: MISSING,
  },
} as const satisfies Record<string, OperationDoc>;

import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { pagingDocs } from '../../api/openapi/paging-docs.js';
import { links, nextLinks, only, page, text } from '../../api/openapi/property-schemas.js';

const TAG = 'deployment';

const message: JsonSchema = named('Message', {
  type: 'object',
  description: 'Why an operation on a volume or attachment failed.',
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
    links: links(['self', 'bookmark'], 'Addresses of the message.'),
  },
});

const filter = (name: string): { name: string; description: string; schema: JsonSchema } => ({
  name,
  description: `From 3.5: only messages with this ${name}.`,
  schema: { type: 'string' },
});

const SOURCE = 'There are messages once a backend has failed; until then, 404.';

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
      schema: page('MessageList', 'messages', message, { messages_links: nextLinks }),
    },
  },
  show: {
    id: 'showMessage',
    tag: TAG,
    summary: 'Show a message',
    description: `One message of the project. ${SOURCE}`,
    first: ['listMessages'],
    usual: 404,
    success: {
      status: 200,
      description: 'The message.',
      schema: only('message', message),
    },
    faults: MISSING,
  },
  delete: {
    id: 'deleteMessage',
    tag: TAG,
    summary: 'Delete a message',
    description: `Deletes a message. Messages also expire on their own. ${SOURCE}`,
    first: ['listMessages'],
    usual: 404,
    success: { status: 204, description: 'Done.' },
    faults: MISSING,
  },
} as const satisfies Record<string, OperationDoc>;

import type { OperationDoc } from '../../api/openapi/describes.js';
import { EVENT_TYPES } from './stream/stream-event.js';

const query = [
  {
    name: 'type',
    description: `Only events of these types, separated by commas: ${EVENT_TYPES.map((type) => `\`${type}\``).join(', ')}.`,
    schema: { type: 'string' },
  },
  { name: 'volume_id', description: 'Only events of this volume.', schema: { type: 'string' } },
  { name: 'server_id', description: 'Only events of this server’s attachments.', schema: { type: 'string' } },
  {
    name: 'all_tenants',
    description: 'For admins: events of all projects and of backends. Ignored for others.',
    schema: { type: 'string' },
  },
  {
    name: 'project_id',
    description: 'With `all_tenants`: only events of this project.',
    schema: { type: 'string' },
  },
] as const;

/** OpenAPI texts of the stream of events. */
export const eventsDocs = {
  list: {
    id: 'listEvents',
    tag: 'operators',
    summary: 'Read events as they happen',
    description:
      "Server-sent events: each committed change of the project's attachments, in its order for each volume. The response does not end by itself within `event_stream_s`. A client that reconnects with `Last-Event-ID` misses nothing; an event that it got twice has the same id. The event `gap` says that events before it are missing: they have expired, or the id is one of another database. Not part of Cinder's API. Read it with `curl -N` or an EventSource: this page would show it only once it has ended.",
    query,
    headers: [
      {
        name: 'Last-Event-ID',
        required: false,
        description:
          'Id of the last event that the client got: the response continues after it. `0`: all events that are kept. Without it, the response begins with the next event.',
        schema: { type: 'string' },
      },
    ],
    success: {
      status: 200,
      description: 'The events, in the format of server-sent events (`text/event-stream`).',
      mediaType: 'text/event-stream',
      schema: { type: 'string' },
    },
    faults: {
      400: 'A parameter or the Last-Event-ID is not valid.',
      413: 'The project, or the server, has too many readers (`max_event_readers_per_project`, `max_event_readers`).',
    },
  },
} as const satisfies Record<string, OperationDoc>;

import { z } from 'zod';
import { milliseconds } from './milliseconds.js';

const readers = z.coerce.number().int().min(0).max(1_000_000);

/** The stream of events and its readers. */
export const events = {
  max_event_readers: readers
    .default(2_000)
    .describe('Maximum number of open event streams; further ones get 413. Each is one of max_connections.'),
  max_event_readers_per_project: readers.default(100).describe('The same for the callers of one project.'),
  event_stream_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(900)
    .describe(
      'Seconds after which an event stream is ended, so that its client reconnects with a token that is still valid.',
    ),
  event_heartbeat_ms: milliseconds
    .default(15_000)
    .describe(
      'Period of the heartbeats in event streams. Set it below the timeout of a proxy in front of the server.',
    ),
  event_stall_ms: milliseconds
    .default(30_000)
    .describe('Time after which an event stream is cut off if its client takes nothing of what was sent.'),
};

import { z } from 'zod';
import { httpAddress } from './http-url.js';
import { integer } from './integer.js';
import { milliseconds } from './milliseconds.js';
import { truth } from './truth.js';

const readers = integer(0, 1_000_000);

/** Secrets of Standard Webhooks: base64 of 24 to 64 bytes. */
const ENCODED = /^whsec_(?=[A-Za-z0-9+/]{32,86}={0,2}$)/;

/** A receiver of events. */
const webhook = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/, 'letters, digits, dot, hyphen and underscore, at most 40')
    .describe('Name in the log and the metrics; what was delivered is remembered under it.'),
  url: httpAddress.describe('Address that gets a POST for each event, or batch.'),
  secret: z
    .string()
    .min(16)
    .max(512)
    .refine((text) => !text.startsWith('whsec_') || ENCODED.test(text), 'is not base64 of 24 to 64 bytes')
    .describe('Key of the signatures; in base64 if it begins with `whsec_`.'),
  types: z.array(z.string()).min(1).optional().describe('Types of events to send; all by default.'),
  batch: z
    .boolean()
    .default(false)
    .describe('True to send up to 50 events in a request, as a batch of CloudEvents.'),
});

/** Keys of a webhook. */
export const WEBHOOK_KEYS: readonly string[] = Object.keys(webhook.shape);

/** Name of an exchange or a topic; queues have 255 bytes. */
const brokerName = z.string().regex(/^[A-Za-z0-9_.:-]{1,200}$/, 'letters, digits and _ . : -, at most 200');

function hasDecodableUser(url: string): boolean {
  const { username, password } = new URL(url);
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

/** The stream of events and its readers. */
export const events = {
  max_event_readers: readers
    .default(2_000)
    .describe('Maximum number of open event streams; further ones get 413. Each is one of max_connections.'),
  max_event_readers_per_project: readers.default(100).describe('The same for the callers of one project.'),
  event_stream_s: integer(1, 86_400)
    .default(900)
    .describe(
      'Seconds after which an event stream is ended, so that its client reconnects with a token that is still valid.',
    ),
  event_heartbeat_ms: milliseconds
    .default(15_000)
    .describe(
      'Period of the heartbeats in event streams. Set it below the timeout of a proxy in front of the server.',
    ),
  webhooks: z
    .array(webhook)
    .max(32)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two have the same name')
    .default([])
    .describe(
      'Receivers of all events, each with `name`, `url`, `secret` and optional `types` and `batch` ([events](operations/events.md#webhooks)). In the environment, the list as JSON.',
    ),
  webhook_timeout_ms: milliseconds.default(10_000).describe('Timeout of a request to a webhook.'),
  webhook_retry_s: integer(0, 30 * 86_400)
    .default(3_600)
    .describe(
      'Seconds for which an event that a webhook does not take is sent again, before it is given up, logged and counted.',
    ),
  notification_url: z
    .string()
    .regex(/^amqps?:\/\/[^/]/, 'must begin with amqp:// or amqps:// and name a host')
    .refine((url) => URL.canParse(url), {
      error:
        'is not a URL; write characters such as # / ? @ of user and password percent-encoded, for instance %23 for #',
      abort: true,
    })
    .refine(hasDecodableUser, 'has a percent sign in user or password that begins no escape; write it as %25')
    .refine((url) => new URL(url).username !== '', 'must name a user')
    .optional()
    .describe(
      'RabbitMQ that gets the notifications of Cinder: `amqp://user:password@host:5672/vhost`, or `amqps://…` for TLS ([events](operations/events.md#notifications)). By default none are sent.',
    ),
  notification_exchange: brokerName
    .default('openstack')
    .describe('Exchange of the notifications: `control_exchange` of their consumers.'),
  notification_topic: brokerName
    .default('notifications')
    .describe('Topic of the notifications; their queue is `<topic>.info`.'),
  notification_durable: truth.describe(
    'True to create a missing exchange and queue so that they survive a restart of RabbitMQ: as `amqp_durable_queues` of their consumers.',
  ),
  notification_timeout_ms: milliseconds
    .default(10_000)
    .describe('Timeout of connecting to RabbitMQ, and of its confirmations.'),
  event_stall_ms: milliseconds
    .default(30_000)
    .describe('Time after which an event stream is cut off if its client takes nothing of what was sent.'),
};

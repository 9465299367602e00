import { createHmac } from 'node:crypto';
import type { StreamEvent } from '../stream/stream-event.js';

/** What is sent to a webhook. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What requests to one webhook have in common. */
export interface WebhookIdentity {
  /** Names this deployment in the events. */
  readonly source: string;
  readonly secret: string;
}

/** Mark of a secret that is given in base64, as Standard Webhooks does. */
const BASE64 = 'whsec_';

/**
 * Returns an event as a CloudEvent 1.0 in structured mode, signed as Standard Webhooks does: the HMAC-SHA256 of id, time and
 * body, with the seconds of the sending, so that receivers can refuse repetitions.
 */
export function webhookRequest(
  event: StreamEvent,
  identity: WebhookIdentity,
  seconds: number,
): WebhookRequest {
  const body = JSON.stringify(cloudEvent(event, identity));
  return signed('application/cloudevents+json; charset=utf-8', event.id, body, identity, seconds);
}

/** The same for several events, as a batch of CloudEvents. The request has the id of the last one. */
export function webhookBatch(
  events: readonly StreamEvent[],
  identity: WebhookIdentity,
  seconds: number,
): WebhookRequest {
  const body = JSON.stringify(events.map((event) => cloudEvent(event, identity)));
  const id = events.at(-1)?.id ?? '';
  return signed('application/cloudevents-batch+json; charset=utf-8', id, body, identity, seconds);
}

function cloudEvent(event: StreamEvent, { source }: WebhookIdentity): object {
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: `clinker.${event.type}`,
    time: `${event.at}Z`,
    ...(event.volumeId === '' ? {} : { subject: event.volumeId }),
    datacontenttype: 'application/json',
    data: event.view,
  };
}

function signed(
  mediaType: string,
  id: string,
  body: string,
  { secret }: WebhookIdentity,
  seconds: number,
): WebhookRequest {
  const time = String(Math.floor(seconds));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${time}.${body}`).digest('base64');
  return {
    headers: {
      'Content-Type': mediaType,
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(BASE64)
    ? Buffer.from(secret.slice(BASE64.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

import { createHmac } from 'node:crypto';
import type { StreamEvent } from '../stream/stream-event.js';

/** What is sent to a webhook. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Mark of a secret that is given in base64, as Standard Webhooks does. */
const BASE64 = 'whsec_';

/**
 * Returns an event as a CloudEvent 1.0 in structured mode, signed as Standard Webhooks does: the HMAC-SHA256 of id, time and
 * body, with the seconds of the sending, so that receivers can refuse repetitions.
 */
export function webhookRequest(
  event: StreamEvent,
  { source, secret, seconds }: { readonly source: string; readonly secret: string; readonly seconds: number },
): WebhookRequest {
  const body = JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source,
    type: `clinker.${event.type}`,
    time: `${event.at}Z`,
    ...(event.volumeId === '' ? {} : { subject: event.volumeId }),
    datacontenttype: 'application/json',
    data: event.view,
  });
  const time = String(Math.floor(seconds));
  const signature = createHmac('sha256', keyOf(secret))
    .update(`${event.id}.${time}.${body}`)
    .digest('base64');
  return {
    headers: {
      'Content-Type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': event.id,
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

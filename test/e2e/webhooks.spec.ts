import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { WebhookStandIn } from '../support/webhook.js';

const SECRET = 'a secret of webhooks';
const LIFE = [
  ...['volume.creating', 'volume.created', 'attachment.reserved', 'attachment.connecting'],
  ...['attachment.connected', 'attachment.completed', 'attachment.detaching', 'attachment.deleted'],
].map((type) => `clinker.${type}`);

let server: TestApp;
const receivers: WebhookStandIn[] = [];

afterEach(async () => {
  for (const one of receivers.splice(0)) one.close();
  await server.close();
});

async function receiver(): Promise<{ url: string; receiver: WebhookStandIn }> {
  const made = new WebhookStandIn();
  receivers.push(made);
  return { url: await made.listen(), receiver: made };
}

async function start(webhooks: readonly object[], continueFrom?: TestApp): Promise<Api> {
  server = await createTestApp({
    settings: { CLINKER_WEBHOOKS: JSON.stringify(webhooks), CLINKER_WEBHOOK_TIMEOUT_MS: '60000' },
    ...(continueFrom && { continueFrom }),
  });
  return server.api;
}

/** A new volume, and an attachment's whole life; returns the volume. */
async function live(api: Api): Promise<string> {
  const volume = await api.volume();
  const attachment = await api.attachment(volume);
  await api.update(attachment);
  await api.complete(attachment);
  await api.delete(attachment);
  return volume;
}

const hook = (url: string, more: object = {}): object => ({ name: 'billing', url, secret: SECRET, ...more });

const typesOf = ({ taken }: WebhookStandIn): string[] => taken.map(({ type }) => type);

describe('a webhook', () => {
  it('gets each event as a signed CloudEvent, in order', async () => {
    const { url, receiver: one } = await receiver();
    const api = await start([hook(url)]);
    const volume = await live(api);
    await one.until(() => one.taken.length >= LIFE.length);
    expect(typesOf(one)).toEqual(LIFE);
    const [{ id, time, data }] = one.taken;
    expect(one.taken[0]).toEqual({
      ...{ specversion: '1.0', id, source: '/clinker', type: LIFE[0], time, subject: volume },
      ...{ datacontenttype: 'application/json', data },
    });
    expect(time).toBe(`${data.at}Z`);
    const [headers] = one.headers;
    expect(headers?.['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    const signed = `${id}.${String(headers?.['webhook-timestamp'])}.${JSON.stringify(one.taken[0])}`;
    const signature = createHmac('sha256', SECRET).update(signed).digest('base64');
    expect(headers?.['webhook-signature']).toBe(`v1,${signature}`);
    expect(server.log.join('')).not.toContain(SECRET);
  });

  it('gets only the types that it wants', async () => {
    const { url, receiver: one } = await receiver();
    const api = await start([hook(url, { types: ['attachment.connected', 'attachment.deleted'] })]);
    await live(api);
    await one.until(() => one.taken.length >= 2);
    expect(typesOf(one)).toEqual(['clinker.attachment.connected', 'clinker.attachment.deleted']);
  });

  it('gets everything, each once, though it closes its connection between two events', async () => {
    const { url, receiver: one } = await receiver();
    const api = await start([hook(url)]);
    const volume = await api.volume();
    await one.until(() => one.taken.length >= 2);
    one.closeConnections();
    await api.attachment(volume);
    await one.until(() => one.taken.length >= 3);
    expect(typesOf(one)).toEqual(LIFE.slice(0, 3));
  });

  it('that fails for a while gets everything later, in order', async () => {
    const { url, receiver: one } = await receiver();
    one.answers = [503, 500];
    const api = await start([hook(url)]);
    await live(api);
    await one.until(() => one.taken.length >= LIFE.length);
    expect(typesOf(one)).toEqual(LIFE);
    expect(one.tries).toBe(LIFE.length + 2);
  });

  it('that refuses an event does not get it again: it is logged and counted', async () => {
    const { url, receiver: one } = await receiver();
    one.answers = [204, 422];
    const api = await start([hook(url)]);
    await live(api);
    await one.until(() => one.taken.length >= LIFE.length - 1);
    expect(typesOf(one)).toEqual(LIFE.filter((_, index) => index !== 1));
    expect(server.log.join('')).toContain('a receiver did not take an event');
    const { body } = await api.get('/metrics');
    expect(body).toContain('clinker_webhook_tries_total{webhook="billing",outcome="dead"} 1');
  });

  it('that never answers delays neither requests nor another webhook, nor the shutdown', async () => {
    const [silent, other] = [await receiver(), await receiver()];
    silent.receiver.answers = ['none'];
    const api = await start([hook(silent.url), hook(other.url, { name: 'audit' })]);
    await live(api);
    await other.receiver.until(() => other.receiver.taken.length >= LIFE.length);
    expect(silent.receiver.taken).toEqual([]);
    expect(silent.receiver.tries).toBe(1);
  });

  it('resumes after a restart with what it has not got', async () => {
    const { url, receiver: one } = await receiver();
    const before = await start([hook(url)]);
    await live(before);
    await one.until(() => one.taken.length >= LIFE.length);
    await server.stop();
    // A server without the webhook; what happens meanwhile is not lost for it.
    const meanwhile = await start([], server);
    const volume = await live(meanwhile);
    await server.stop();
    await start([hook(url)], server);
    // One whose answer the stop did not wait for comes again, with the same id.
    const distinct = (): Map<string, any> => new Map(one.taken.map((event) => [event.id, event]));
    await one.until(() => distinct().size >= 2 * LIFE.length);
    const later = [...distinct().values()].slice(LIFE.length);
    expect(later.map(({ type, subject }) => [type, subject])).toEqual(LIFE.map((type) => [type, volume]));
    expect(one.taken.length).toBeLessThanOrEqual(2 * LIFE.length + 1);
  });
});

import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ExpiredRows } from '../../src/operations/expired-rows.js';
import {
  DeadLettersRepository,
  KEPT,
  type NewDeadLetter,
} from '../../src/operator/events/receivers/dead-letters.repository.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { WebhookStandIn } from '../support/webhook.js';

const PATH = '/v3/clinker-dead-letters';
const SECRET = 'a secret of webhooks';

let server: TestApp;
let hook: WebhookStandIn;

afterEach(async () => {
  await server.close();
  hook.close();
});

async function start(more: object = {}): Promise<Api> {
  hook = new WebhookStandIn();
  const url = await hook.listen();
  server = await createTestApp({
    personas: true,
    settings: { CLINKER_WEBHOOKS: JSON.stringify([{ name: 'billing', url, secret: SECRET, ...more }]) },
  });
  return server.api;
}

const list = (query = ''): Promise<Answer> => server.api.get(`${PATH}${query}`);
const retry = (id: string): Promise<Answer> =>
  server.api.send('POST', `${PATH}/${id}/action`, { retry: null });
const dismiss = (id: string): Promise<Answer> => server.api.send('DELETE', `${PATH}/${id}`);

/** Has the webhook refuse the first event of a new volume for good. */
async function lose(api: Api): Promise<{ volume: string; letter: any }> {
  hook.answers = [422];
  const volume = await api.volume();
  await hook.until(() => hook.taken.length > 0);
  const { body } = await list();
  return { volume, letter: body.dead_letters[0] };
}

describe('an event that a webhook refuses for good', () => {
  it('is a dead letter, without its content', async () => {
    const api = await start();
    const { volume, letter } = await lose(api);
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body).toEqual({ dead_letters: [letter], count: 1 });
    expect(letter).toEqual({
      ...{ id: expect.any(String), receiver: 'webhook billing', event_id: expect.stringMatching(/^\d+-/) },
      ...{ event_type: 'volume.creating', volume_id: volume, reason: 'status 422', tries: 1 },
      created_at: expect.stringMatching(/^\d{4}-/),
    });
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect((await list('?receiver=webhook+billing')).body.count).toBe(1);
    expect((await list('?receiver=webhook+other')).body).toEqual({ dead_letters: [], count: 0 });
  });

  it('can be sent again: what the webhook takes is no dead letter any more', async () => {
    const api = await start();
    const { letter } = await lose(api);
    hook.answers = [500];
    expect((await retry(letter.id)).body).toEqual({ retry: { taken: false, reason: 'status 500' } });
    expect((await list()).body.dead_letters).toEqual([{ ...letter, reason: 'status 500', tries: 2 }]);
    const before = hook.taken.length;
    expect((await retry(letter.id)).body).toEqual({ retry: { taken: true, reason: null } });
    expect(hook.taken.slice(before).map(({ id }) => id)).toEqual([letter.event_id]);
    expect((await list()).body.count).toBe(0);
    expect((await retry(letter.id)).status).toBe(404);
  });

  it('can be dismissed', async () => {
    const api = await start();
    const { letter } = await lose(api);
    expect((await dismiss(letter.id)).status).toBe(204);
    expect((await list()).body.count).toBe(0);
    expect((await dismiss(letter.id)).status).toBe(404);
  });

  it('concerns admins only', async () => {
    const api = await start();
    const { letter } = await lose(api);
    const member = server.api.as('member');
    expect((await member.get(PATH)).status).toBe(403);
    expect((await member.send('POST', `${PATH}/${letter.id}/action`, { retry: null })).status).toBe(403);
    expect((await member.send('DELETE', `${PATH}/${letter.id}`)).status).toBe(403);
  });

  it('is still one on a server without the webhook, which cannot send it', async () => {
    const api = await start();
    const { letter } = await lose(api);
    await server.stop();
    server = await createTestApp({ personas: true, continueFrom: server });
    const answer = await retry(letter.id);
    expect(answer.status).toBe(409);
    expect(answer.message).toContain('webhook billing');
    expect((await list()).body.count).toBe(1);
  });
});

describe('a batch that a webhook refuses for good', () => {
  it('is sent event by event: one dead letter, and the others arrive', async () => {
    const api = await start({ batch: true });
    const volume = await api.volume();
    await hook.until(() => hook.taken.length >= 2);
    hook.refuses = ({ type }) => type === 'clinker.attachment.reserved';
    const attachment = await api.attachment(volume);
    await api.update(attachment);
    await api.complete(attachment);
    await api.delete(attachment);
    await hook.until(() => hook.taken.some(({ type }) => type === 'clinker.attachment.deleted'));
    expect(hook.taken.map(({ type }) => type)).toEqual(
      ['volume.creating', 'volume.created', 'attachment.connecting', 'attachment.connected']
        .concat(['attachment.completed', 'attachment.detaching', 'attachment.deleted'])
        .map((type) => `clinker.${type}`),
    );
    expect((await list()).body.dead_letters).toMatchObject([{ event_type: 'attachment.reserved' }]);
    expect(hook.mediaTypes).toEqual(new Set(['application/cloudevents-batch+json; charset=utf-8']));
  });
});

describe('a batch that a webhook cannot take for a while', () => {
  it('is sent event by event, so that the one that it cannot take holds back only those after it', async () => {
    const api = await start({ batch: true });
    const volume = await api.volume();
    await hook.until(() => hook.taken.length >= 2);
    hook.refusal = 500;
    hook.refuses = () => true;
    const attachment = await api.attachment(volume);
    await api.update(attachment);
    await api.complete(attachment);
    hook.refuses = ({ type }) => type === 'clinker.attachment.completed';
    await hook.until(() => hook.taken.some(({ type }) => type === 'clinker.attachment.connected'));
    hook.refuses = () => false;
    await hook.until(() => hook.taken.some(({ type }) => type === 'clinker.attachment.completed'));
    expect((await list()).body.count).toBe(0);
  });
});

describe('the table of dead letters', () => {
  const insert = async (letters: readonly NewDeadLetter[]): Promise<void> =>
    server.app.get(UnitOfWork).run(async (tx) => {
      const repository = server.app.get(DeadLettersRepository, { strict: false });
      for (const letter of letters) await repository.insert(tx, letter);
    });
  const letter = (receiver: string, position: number): NewDeadLetter => ({
    ...{ receiver, reason: 'status 400', tries: 1 },
    event: { position, id: `${position}-00000000`, type: 'volume.created', volumeId: randomUUID() },
  });

  it('keeps the newest of each receiver', async () => {
    await start();
    await insert([letter('webhook other', 1)]);
    await insert(Array.from({ length: KEPT + 2 }, (_, number) => letter('webhook billing', number + 1)));
    expect((await list('?limit=1')).body.count).toBe(KEPT + 1);
    const { body } = await list('?receiver=webhook+billing&sort=created_at:asc&limit=1');
    expect([body.count, body.dead_letters[0].event_id]).toEqual([KEPT, '3-00000000']);
  });

  it('is read page by page', async () => {
    await start();
    await insert([1, 2, 3].map((position) => letter('webhook billing', position)));
    const first = (await list('?limit=2')).body;
    const marker = first.dead_letters[1].id;
    expect(first.dead_letters_links[0].href).toContain(`marker=${marker}`);
    const second = (await list(`?limit=2&marker=${marker}`)).body;
    expect([first.dead_letters.length, second.dead_letters.length, second.count]).toEqual([2, 1, 3]);
  });

  it('loses what is older than the history', async () => {
    await start();
    await insert([letter('webhook billing', 1), letter('webhook billing', 2)]);
    await server.app
      .get(UnitOfWork)
      .run((tx) =>
        tx.statements.change("UPDATE dead_letters SET created_at = '2020' WHERE position = 1", []),
      );
    const left = async (): Promise<number> => {
      const sql = 'SELECT id FROM dead_letters';
      return (await server.app.get(UnitOfWork).run((tx) => tx.statements.rows(sql, []))).length;
    };
    expect((await list()).body.count).toBe(1);
    await server.app.get(ExpiredRows, { strict: false }).purge();
    expect(await left()).toBe(1);
  });
});

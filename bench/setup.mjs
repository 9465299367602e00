import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.mjs';
import { attachmentId, COMPLETE, connectBody, connector, headersOf } from './operations.mjs';

const WIDTH = 8;
const MOST_POLLS = 600;

/** Talks to one project of a server; for what is not measured. */
export class Client {
  #idle = [];

  constructor(port, project) {
    this.port = port;
    this.project = project;
  }

  /** The answer to a request. @throws when its status is none of 2xx. */
  async send(method, path, body) {
    const connection = this.#takeIdle() ?? (await Connection.open(this.port, headersOf(this.project)));
    const answer = await connection.send(method, `/v3/${this.project}${path}`, body);
    this.#idle.push(connection);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString()}`);
    return answer;
  }

  /** A connection that the server has not closed for want of use. */
  #takeIdle() {
    let connection = this.#idle.pop();
    while (connection?.isOpen === false) connection = this.#idle.pop();
    return connection;
  }

  close() {
    for (const connection of this.#idle) connection.close();
    this.#idle = [];
  }
}

async function forEach(items, work) {
  const pending = [...items.entries()];
  await Promise.all(
    Array.from({ length: WIDTH }, async () => {
      for (let next = pending.shift(); next !== undefined; next = pending.shift())
        await work(next[1], next[0]);
    }),
  );
}

/** Ids of so many new volumes, all available. */
export async function makeVolumes(client, count) {
  const ids = [];
  await forEach(Array.from({ length: count }), async (_, number) => {
    const { body } = await client.send(
      'POST',
      '/volumes',
      JSON.stringify({ volume: { size: 1, name: `bench-${number}` } }),
    );
    ids.push(JSON.parse(body).volume.id);
  });
  await forEach(ids, async (id) => {
    for (let poll = 0; poll < MOST_POLLS; poll++) {
      const { volume } = JSON.parse((await client.send('GET', `/volumes/${id}`)).body);
      if (volume.status === 'available') return;
      if (volume.status.startsWith('error')) throw new Error(`volume ${id} is in ${volume.status}`);
      await sleep(50);
    }
    throw new Error(`volume ${id} does not become available`);
  });
  return ids;
}

/** Ids of attachments with a connection, one for each volume; every other one is completed. */
export async function attachAll(client, volumes) {
  const ids = [];
  await forEach(volumes, async (volume, number) => {
    const body = { volume_uuid: volume, instance_uuid: randomUUID(), connector: connector(number) };
    const id = attachmentId(await client.send('POST', '/attachments', JSON.stringify({ attachment: body })));
    if (number % 2 === 1) await client.send('POST', `/attachments/${id}/action`, COMPLETE);
    ids.push(id);
  });
  return ids;
}

/** Headers that each server sets anew for every answer. */
const OWN_HEADERS = /^(date|connection|keep-alive)$/i;

function recorded({ status, head, body }) {
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(/:\s*(.*)/s).slice(0, 2))
    .filter(([name]) => !OWN_HEADERS.test(name));
  return { status, headers, body: body.toString() };
}

/** The answer to each operation, for the baselines to repeat. */
export async function recordAnswers(reading, writing, { shown, volume, page }) {
  const created = await writing.send(
    'POST',
    '/attachments',
    JSON.stringify({ attachment: { volume_uuid: volume, instance_uuid: randomUUID() } }),
  );
  const path = `/attachments/${attachmentId(created)}`;
  const answers = {
    show: await reading.send('GET', `/attachments/${shown}`),
    list: await reading.send('GET', `/attachments?limit=${page}`),
    detail: await reading.send('GET', `/attachments/detail?limit=${page}`),
    create: created,
    update: await writing.send('PUT', path, connectBody(0)),
    complete: await writing.send('POST', `${path}/action`, COMPLETE),
    delete: await writing.send('DELETE', path),
  };
  for (const list of ['list', 'detail']) {
    const { length } = JSON.parse(answers[list].body).attachments;
    if (length !== page) throw new Error(`${list} answers ${length} attachments in place of ${page}`);
  }
  return Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, recorded(answer)]));
}

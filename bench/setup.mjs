import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.mjs';
import { attachmentId, COMPLETE, connectBody, connector } from './operations.mjs';

const WIDTH = 8;
const MOST_POLLS = 600;

/** Client of one project of a server, for requests that are not measured. */
export class Client {
  #idle = [];

  constructor(target) {
    this.target = target;
  }

  /** Sends a request and returns the answer. @throws when its status is not 2xx. */
  async send(method, path, body) {
    const connection = this.#takeIdle() ?? (await Connection.open(this.target));
    const answer = await connection.send(method, `${this.target.base}${path}`, body);
    this.#idle.push(connection);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString()}`);
    return answer;
  }

  /** Returns an idle connection that the server has not closed, if there is one. */
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

/**
 * Creates `count` volumes, of a type if one is given, and returns their ids once all are available. Each is in `made` from
 * its creation on.
 */
export async function makeVolumes(client, count, { type, made: ids = [] } = {}) {
  await forEach(Array.from({ length: count }), async (_, number) => {
    const volume = { size: 1, name: `bench-${number}`, volume_type: type };
    const { body } = await client.send('POST', '/volumes', JSON.stringify({ volume }));
    ids.push(JSON.parse(body).volume.id);
  });
  await forEach(ids, async (id) => {
    for (let poll = 0; poll < MOST_POLLS; poll++) {
      const { volume } = JSON.parse((await client.send('GET', `/volumes/${id}`)).body);
      if (volume.status === 'available') return;
      if (volume.status.startsWith('error')) throw new Error(`volume ${id} is in ${volume.status}`);
      await sleep(50);
    }
    throw new Error(`volume ${id} did not become available`);
  });
  return ids;
}

/** Creates an attachment with a connection for each volume and completes every second one; returns their ids. */
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

/** Deletes what the volumes of a project are attached to, and the volumes, as far as the server allows it. */
export async function removeVolumes(client, volumes) {
  let left = 0;
  const attempt = async (path) =>
    client.send('DELETE', path).then(
      () => true,
      () => false,
    );
  await forEach(volumes, async (volume) => {
    const { body } = await client.send('GET', `/attachments?volume_id=${volume}`);
    for (const { id } of JSON.parse(body).attachments) await attempt(`/attachments/${id}`);
    if (!(await attempt(`/volumes/${volume}`))) left++;
  });
  return left;
}

/** Headers that each server generates itself for every answer. */
const OWN_HEADERS = /^(date|connection|keep-alive)$/i;

function recorded({ status, head, body }) {
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(/:\s*(.*)/s).slice(0, 2))
    .filter(([name]) => !OWN_HEADERS.test(name));
  return { status, headers, body: body.toString() };
}

/** Records the answer to each operation, for the baselines to replay. */
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
    if (length !== page) throw new Error(`${list} returns ${length} attachments instead of ${page}`);
  }
  return Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, recorded(answer)]));
}

import { randomUUID } from 'node:crypto';
import { createClient } from '../clients/javascript/dist/index.js';
import { Connection } from './connection.mjs';
import { attachmentId, COMPLETE, connectBody, connector } from './operations.mjs';

const WIDTH = 8;

/** Client of one project of a server, for requests that are not measured. */
export class Client {
  #idle = [];

  constructor(target) {
    this.target = target;
    /** Prepares what is measured. The measured requests need a cheaper client: {@link send}, or the generator of load. */
    this.api = apiOf(target);
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

/** Returns clinker-client for a target, with the headers that every request to it has. */
function apiOf({ host, port, base, headers }) {
  const send = (url, init) => {
    const all = new Headers(init.headers);
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    return fetch(url, { ...init, headers: all });
  };
  return createClient({
    endpoint: `http://${host}:${port}${base}`,
    token: headers['X-Auth-Token'],
    fetch: send,
  });
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
    ids.push((await client.api.createVolume({ body: { volume } })).volume.id);
  });
  await forEach(ids, (id) => client.api.volumes.untilAvailable(id));
  return ids;
}

/** Creates an attachment with a connection for each volume and completes every second one; returns their ids. */
export async function attachAll(client, volumes) {
  const ids = [];
  await forEach(volumes, async (volume, number) => {
    const wanted = { volume_uuid: volume, instance_uuid: randomUUID(), connector: connector(number) };
    const { attachment } = await client.api.createAttachment({ body: { attachment: wanted } });
    const path = { attachment_id: attachment.id };
    if (number % 2 === 1) await client.api.completeAttachment({ path, body: { 'os-complete': null } });
    ids.push(attachment.id);
  });
  return ids;
}

/** Deletes what the volumes of a project are attached to, and the volumes, as far as the server allows it. */
export async function removeVolumes(client, volumes) {
  let left = 0;
  const { api } = client;
  const attempt = (deletion) =>
    deletion.then(
      () => true,
      () => false,
    );
  await forEach(volumes, async (volume_id) => {
    const { attachments } = await api.listAttachments({ query: { volume_id } });
    for (const { id } of attachments) await attempt(api.deleteAttachment({ path: { attachment_id: id } }));
    if (!(await attempt(api.deleteVolume({ path: { volume_id } })))) left++;
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

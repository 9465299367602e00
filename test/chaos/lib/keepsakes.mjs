import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectorOf } from './client.mjs';

/** A host whose connections fail by a scripted fault of the fake driver. */
export const FAULTS = [
  { call: 'createExport', error: 'INTERNAL', message: 'by order', connector: { host: 'bad' } },
];

/** Events of an attachment's lifecycle. */
export const LIFE = ['reserved', 'connecting', 'connected', 'completed', 'detaching', 'deleted'];

/** Creates an available volume, optionally with a type; returns its id. */
export async function aVolume(client, type) {
  const { body } = await client.createVolume(`volume-${randomUUID()}`, type);
  const { id } = body.volume;
  while ((await client.send('GET', `/volumes/${id}`)).body.volume.status === 'creating') await sleep(10);
  return id;
}

/** Resources that expire, created together: a reservation with its idempotency key, a message, and a history. */
export class Keepsakes {
  volumes = [];
  #reservation;
  #gone;

  /** Creates them on a server. */
  static async make(client) {
    const made = new Keepsakes();
    await made.#make(client);
    return made;
  }

  async #make(client) {
    const [reserved, failed, passed] = [await aVolume(client), await aVolume(client), await aVolume(client)];
    this.volumes = [reserved, failed, passed];
    const wanted = { volume: reserved, instance: randomUUID(), key: randomUUID() };
    this.#reservation = { ...wanted, id: await this.#reserve(client, wanted) };
    await client.create(failed, randomUUID(), connectorOf('bad'));
    const id = (await client.create(passed, randomUUID())).body.attachment.id;
    await client.update(id, connectorOf('good'));
    await client.complete(id);
    await client.delete(id);
    this.#gone = id;
  }

  async #reserve(client, { volume, instance, key }) {
    const { status, body } = await client.create(volume, instance, null, key);
    if (status !== 200) throw new Error(`a create with a key returned ${status}: ${JSON.stringify(body)}`);
    return body.attachment.id;
  }

  /** @returns those that a server has lost or ignores, a sentence each. */
  async lost(client) {
    const [, failed] = this.volumes;
    const { id } = this.#reservation;
    const lost = [];
    const { status, body } = await client.send('GET', `/attachments/${id}`);
    if (status !== 200 || body.attachment.status !== 'reserved')
      lost.push(`reservation ${id} is gone: ${status}`);
    const again = await this.#reserve(client, this.#reservation).catch(({ message }) => message);
    if (again !== id) lost.push(`the key of reservation ${id} was ignored: ${again}`);
    const { messages } = (await client.send('GET', `/messages?resource_uuid=${failed}`)).body;
    if (messages.length !== 1) lost.push(`volume ${failed} has ${messages.length} messages`);
    const told = await client.send('GET', `/attachments/${this.#gone}/history`);
    const steps = (told.body.history?.events ?? []).map(({ event }) => event).reverse();
    if (steps.join() !== LIFE.join())
      lost.push(`the history of ${this.#gone} is "${steps}" (${told.status})`);
    return lost;
  }

  /** Deletes the remaining ones. */
  async remove(client) {
    await client.delete(this.#reservation.id);
    for (const id of this.volumes) await client.deleteVolume(id);
  }
}

/** Returns the events of an attachment in chronological order. */
export async function eventsOf(client, id) {
  const { body } = await client.send('GET', `/attachments/${id}/history`);
  return body.history.events.reverse();
}

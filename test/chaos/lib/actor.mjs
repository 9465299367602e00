import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unanswered, connectorOf } from './client.mjs';

const ABSENT = null;

/** A possible state of an attachment; the host is null without a connection. */
const state = (status, host) => ({ status, host });

const isSame = (one, other) => one?.status === other?.status && (one?.host ?? null) === (other?.host ?? null);

/** Possible states after an update without a response: not done, done, or undone by the recovery. */
function afterUpdate(before, host) {
  const failed =
    before.host === null && before.status === 'reserved' ? state('error_attaching', null) : before;
  return [before, state('attaching', host), failed];
}

/**
 * A client of the storm. It has its own volume, attaches volumes shared by all, and records the server's
 * acknowledgements. Nobody else touches its attachments, so that every response can be judged.
 */
export class Actor {
  #random;
  #shared;
  #name;
  #counts;
  /** Its own volume: `{ name, id, allowed }`; `allowed` tells whether it may be present, and absent. */
  #volume = null;
  /** Its attachments: `{ id, volumeId, instance, allowed }`; `allowed` lists the possible states. */
  #attachments = [];
  faults = [];

  constructor(name, { random, shared, counts }) {
    this.#name = name;
    this.#random = random;
    this.#shared = shared;
    this.#counts = counts;
  }

  /** Acts until the server is gone or `stop.now` is true. */
  async work(client, stop) {
    while (!stop.now) {
      try {
        await this.#act(client);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        this.#counts.unanswered += 1;
        return;
      }
    }
  }

  /** Deletes its attachments and its volume. */
  async leave(client) {
    for (const attachment of [...this.#attachments]) await this.#delete(client, attachment);
    if (this.#volume !== null) await this.#deleteVolume(client);
  }

  /** Compares the rows with the acknowledgements, and continues from the rows found. Adds its rows to `explained`. */
  reconcile({ volumes, attachments }, explained) {
    if (this.#volume !== null) this.#findVolume(volumes, explained);
    this.#attachments = this.#attachments.filter((own) => this.#find(own, attachments, explained));
  }

  #findVolume(volumes, explained) {
    const row = volumes.find(({ name }) => name === this.#volume.name);
    const { allowed } = this.#volume;
    if (row === undefined ? !allowed.absent : !allowed.present) {
      this.#fault(`volume ${this.#volume.name} is ${row === undefined ? 'lost' : 'back'}`);
    }
    if (row === undefined) {
      this.#volume = null;
      return;
    }
    explained.add(row.id);
    this.#volume = { ...this.#volume, id: row.id, allowed: { present: true, absent: false } };
  }

  /** @returns whether the attachment exists. */
  #find(own, rows, explained) {
    const row = rows.find(({ id, instance_uuid: instance }) =>
      own.id === null ? instance === own.instance : id === own.id,
    );
    const found = row === undefined ? ABSENT : state(row.attach_status, row.connector?.host ?? null);
    if (!own.allowed.some((allowed) => isSame(allowed, found))) {
      this.#fault(
        `attachment ${own.id ?? own.instance} is ${told(found)}, not ${own.allowed.map(told).join(' or ')}`,
      );
    }
    if (row === undefined) return false;
    explained.add(row.id);
    own.id = row.id;
    own.allowed = [found];
    return true;
  }

  async #act(client) {
    if (this.#volume === null) return this.#createVolume(client);
    const own = this.#attachments.filter(({ volumeId }) => volumeId === this.#volume.id);
    const draw = this.#random.next();
    if (own.length === 0 && draw < 0.08) return this.#deleteVolume(client);
    if (own.length === 0 && draw < 0.5) return this.#create(client, this.#volume.id, true);
    if (this.#attachments.length === 0 || (this.#attachments.length < 3 && draw < 0.2)) {
      return this.#create(client, this.#random.pick(this.#shared), false);
    }
    const attachment = this.#random.pick(this.#attachments);
    if (draw < 0.5) return this.#update(client, attachment);
    return draw < 0.75 ? this.#complete(client, attachment) : this.#delete(client, attachment);
  }

  async #createVolume(client) {
    const name = `${this.#name}-${randomUUID()}`;
    this.#volume = { name, id: null, allowed: { present: true, absent: true } };
    const { status, body } = await client.createVolume(name);
    this.#expect(`create volume: ${JSON.stringify(body)}`, status, [202]);
    if (status !== 202) {
      this.#volume = null;
      return;
    }
    this.#volume.id = body.volume.id;
    this.#volume.allowed.absent = false;
    this.#counts.acknowledged += 1;
    await this.#until(client, this.#volume.id, ({ body: shown }) => shown.volume?.status !== 'creating');
  }

  async #deleteVolume(client) {
    const { id, allowed } = this.#volume;
    allowed.absent = true;
    const { status } = await client.deleteVolume(id);
    this.#expect('delete volume', status, [202]);
    // Acknowledged: the deletion is in progress, and the volume must be gone once the server is idle.
    allowed.present = false;
    this.#counts.acknowledged += 1;
    await this.#until(client, id, ({ status: shown }) => shown === 404);
    this.#volume = null;
  }

  async #until(client, volumeId, isOver) {
    while (!isOver(await client.send('GET', `/volumes/${volumeId}`))) await sleep(10);
  }

  async #create(client, volumeId, isOwn) {
    const host = this.#random.chance(0.5) ? this.#aHost() : null;
    const after = state(host === null ? 'reserved' : 'attaching', host);
    const attachment = { id: null, volumeId, instance: randomUUID(), allowed: [ABSENT, after] };
    this.#attachments.push(attachment);
    const { status, body } = await client.create(volumeId, attachment.instance, host && connectorOf(host));
    // A shared volume can only be attached while no other attachment is in progress.
    this.#expect('create', status, isOwn ? [200] : [200, 400]);
    if (status === 200) this.#acknowledge(attachment, after, body.attachment);
    else this.#forget(attachment);
  }

  async #update(client, attachment) {
    const [before] = attachment.allowed;
    const host = before.host !== null && this.#random.chance(0.5) ? before.host : this.#aHost();
    attachment.allowed = afterUpdate(before, host);
    const { status, body } = await client.update(attachment.id, connectorOf(host));
    this.#expect('update', status, [200]);
    if (status === 200) this.#acknowledge(attachment, state('attaching', host), body.attachment);
  }

  async #complete(client, attachment) {
    const [before] = attachment.allowed;
    const after = state('attached', before.host);
    attachment.allowed = [before, after];
    const { status } = await client.complete(attachment.id);
    this.#expect('complete', status, [204]);
    if (status === 204) this.#acknowledge(attachment, after);
  }

  async #delete(client, attachment) {
    const [before] = attachment.allowed;
    attachment.allowed = [before, ABSENT];
    const { status } = await client.delete(attachment.id);
    this.#expect('delete', status, [200]);
    if (status !== 200) return;
    this.#counts.acknowledged += 1;
    this.#forget(attachment);
  }

  #acknowledge(attachment, after, view) {
    this.#counts.acknowledged += 1;
    if (view !== undefined) {
      attachment.id = view.id;
      if (view.status !== after.status) this.#fault(`the response says ${view.status}, not ${after.status}`);
    }
    attachment.allowed = [after];
  }

  #forget(attachment) {
    this.#attachments = this.#attachments.filter((own) => own !== attachment);
  }

  #expect(what, status, allowed) {
    if (!allowed.includes(status)) this.#fault(`${what} returned ${status}`);
  }

  #fault(text) {
    this.faults.push(`${this.#name}: ${text}`);
  }

  #aHost() {
    return `${this.#name}-${this.#random.below(3)}`;
  }
}

function told(found) {
  return found === ABSENT ? 'absent' : `${found.status}${found.host === null ? '' : ` for ${found.host}`}`;
}

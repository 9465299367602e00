import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventFollower } from './event-follower.mjs';

/** Time in which the last events arrive. */
const ARRIVAL_MS = 60_000;

/** A stream and a webhook that get all events of a server. */
export class EventWitness {
  #follower;
  #following;
  #posted = [];
  #hook = createServer(async (sent, response) => {
    this.#posted.push(JSON.parse(await text(sent)).id);
    response.writeHead(204).end();
  });

  /** Settings of the server. */
  async settings() {
    this.#hook.listen(0, '127.0.0.1');
    await once(this.#hook, 'listening');
    const url = `http://127.0.0.1:${this.#hook.address().port}/`;
    return {
      CLINKER_WEBHOOKS: JSON.stringify([{ name: 'witness', url, secret: 'a secret of the witness' }]),
    };
  }

  /** @param address of the server. Begins before the first event. */
  follow(address) {
    this.#follower = new EventFollower({
      name: 'witness',
      project: 'chaos',
      query: '?all_tenants=1',
      address: async () => address,
    });
    this.#following = this.#follower.follow();
  }

  async stop() {
    this.#follower?.stop();
    await this.#following;
    this.#hook.close();
    this.#hook.closeAllConnections();
  }

  /** @returns what either got too little, or out of turn. Nothing may happen meanwhile. */
  async faults(ledger) {
    const wanted = await ledger.count('attachment_events');
    const got = () => ({ stream: this.#follower.events.map(({ id }) => id), webhook: this.#posted });
    const isMissing = () => Object.values(got()).some((ids) => new Set(ids).size < wanted);
    for (const endMs = performance.now() + ARRIVAL_MS; isMissing() && performance.now() < endMs;)
      await sleep(50);
    return Object.entries(got()).flatMap(([name, ids]) => {
      const distinct = [...new Set(ids)];
      const places = distinct.map((id) => Number.parseInt(id));
      const isInOrder = places.every((place, index) => index === 0 || place > places[index - 1]);
      return [
        ...(distinct.length === wanted ? [] : [`the ${name} got ${distinct.length} of ${wanted} events`]),
        ...(isInOrder ? [] : [`the ${name} got events out of turn`]),
      ];
    });
  }
}

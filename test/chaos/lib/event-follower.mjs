import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest silence of a stream before it counts as dead; servers send heartbeats more often. */
const SILENCE_MS = 10_000;

/** A client that reads events for as long as it is wanted: from server to server, each time after the last that it got. */
export class EventFollower {
  /** All events, in the order of their arrival; some may come twice. */
  events = [];
  connections = 0;
  lastEventId = '0';
  #options;
  #isStopped = false;
  #sent = null;

  /** @param options `name`, `project`, `query`, and `address`, which resolves to the server to ask next. */
  constructor(options) {
    this.#options = options;
  }

  get name() {
    return this.#options.name;
  }

  get project() {
    return this.#options.project;
  }

  async follow() {
    while (!this.#isStopped) {
      await this.#read().catch(() => undefined);
      await sleep(20);
    }
  }

  stop() {
    this.#isStopped = true;
    this.#sent?.destroy();
  }

  async #read() {
    const { address, project, query = '' } = this.#options;
    const sent = request(`${await address()}/v3/events${query}`, {
      agent: false,
      headers: { 'X-Auth-Token': `admin:${project}`, 'Last-Event-ID': this.lastEventId },
    });
    this.#sent = sent;
    sent.setTimeout(SILENCE_MS, () => sent.destroy());
    sent.end();
    const [response] = await once(sent, 'response');
    if (response.statusCode !== 200) {
      sent.destroy();
      return;
    }
    this.connections += 1;
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block) {
    const field = (name) => block.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
    this.lastEventId = field('id') ?? this.lastEventId;
    const data = field('data');
    if (data !== undefined) this.events.push({ id: field('id'), type: field('event'), data });
  }
}

import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RabbitMq } from '../test/notifications/rabbitmq.mjs';
import { median, ratio } from './median.mjs';
import { startClinker } from './processes.mjs';
import { Client, makeVolumes } from './setup.mjs';

const PROJECT = 'watched';
const NOBODY = 'nobody';
const CONNECTIONS = 16;
const VOLUMES = 64;

/** Events of one cycle: reserved, connecting, connected, completed, detaching, deleted. */
const PER_CYCLE = 6;

/** Time after which the work of the last cycles is done. */
const SETTLED_MS = 1500;

/** Longest time for the last event of a round to arrive. */
const ARRIVAL_MS = 120_000;

const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Something that gets the events of a server, and counts those of attachments. */
class Receiver {
  /** Events of attachments that have arrived. */
  got = 0;

  /** Settings of the server. */
  async settings() {
    return {};
  }

  /** Called once the server runs. */
  async follow() {}

  async close() {}

  /** Waits until it has so many events. */
  async untilGot(count) {
    for (const endMs = performance.now() + ARRIVAL_MS; this.got < count; await sleep(20))
      if (performance.now() > endMs) throw new Error(`only ${this.got} of ${count} events arrived`);
  }
}

class Nobody extends Receiver {
  async untilGot() {}
}

class Stream extends Receiver {
  #sent;

  async follow({ host, port, headers }) {
    this.#sent = request({ host, port, path: '/v3/events?all_tenants=1', agent: false, headers });
    this.#sent.end();
    const [response] = await once(this.#sent, 'response');
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) if (line.startsWith('event: attachment.')) this.got += 1;
    });
  }

  async close() {
    this.#sent.destroy();
  }
}

/** A webhook that answers, or never does. */
class Webhook extends Receiver {
  #server = createServer((sent, response) => void this.#take(sent, response));

  constructor({ answers = true, more = {} } = {}) {
    super();
    this.answers = answers;
    this.more = more;
  }

  async settings() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return webhookAt(this.#server.address().port, this.more);
  }

  async #take(sent, response) {
    let body = '';
    for await (const chunk of sent.setEncoding('utf8')) body += chunk;
    if (!this.answers) return;
    this.got += body.split('"type":"clinker.attachment.').length - 1;
    response.writeHead(204).end();
  }

  async untilGot(count) {
    if (this.answers) await super.untilGot(count);
  }

  async close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** A webhook whose port is closed. */
class Refused extends Nobody {
  async settings() {
    return webhookAt(9);
  }
}

class Broker extends Nobody {
  #folder;
  #rabbit;

  constructor(folder) {
    super();
    this.#folder = folder;
  }

  async settings() {
    this.#rabbit = await RabbitMq.create(this.#folder);
    await this.#rabbit.start();
    return { CLINKER_NOTIFICATION_URL: `amqp://guest:guest@127.0.0.1:${this.#rabbit.port}/` };
  }

  async close() {
    await this.#rabbit.remove();
  }
}

/** Gets no events, but a trace of each request. */
class Collector extends Nobody {
  #server = createServer((sent, response) => {
    sent.resume().on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
  });

  async settings() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return { CLINKER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.address().port}` };
  }

  async close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const webhookAt = (port, more = {}) => ({
  CLINKER_WEBHOOKS: JSON.stringify([
    { name: 'bench', url: `http://127.0.0.1:${port}/`, secret: 'a secret of the benchmark', ...more },
  ]),
});

/**
 * Runs whole cycles on servers whose events go to nobody and to receivers of each kind, in turn within each round. Ratios
 * are of the server's processor time for each cycle, the delivery of its events included, to that of nobody.
 */
export async function measureEvents({ main, folder, load, plan, say }) {
  const receivers = {
    [NOBODY]: new Nobody(),
    'a stream': new Stream(),
    'a webhook': new Webhook(),
    'a webhook with `batch`': new Webhook({ more: { batch: true } }),
    'a webhook whose port is closed': new Refused(),
    'a webhook that never answers': new Webhook({ answers: false }),
    ...(existsSync(RABBITMQ) && { RabbitMQ: new Broker(join(folder, 'rabbitmq')) }),
    'nobody, all requests traced': new Collector(),
  };
  const measured = [];
  try {
    for (const [title, receiver] of Object.entries(receivers)) {
      say(`events: preparing ${title}`);
      measured.push(await Measured.start(title, receiver, { main, folder, plan }));
    }
    // The first round is the warm-up.
    for (let round = 0; round <= plan.rounds; round += 1) {
      say(`events, round ${round} of ${plan.rounds}`);
      for (const one of measured) await one.run(load, { isWarmUp: round === 0 });
    }
  } finally {
    for (const one of measured) await one.stop();
  }
  const [none] = measured;
  return {
    cycles: plan.eventCycles,
    receivers: measured.map(({ title, cpu }) => ({
      title,
      cpu: median(cpu),
      ratio: median(cpu.map((value, round) => ratio(value, none.cpu[round]))),
    })),
  };
}

/** A server, and who gets its events. */
class Measured {
  /** Milliseconds of the server's processor time for each cycle, in each round. */
  cpu = [];
  #done = 0;

  static async start(title, receiver, { main, folder, plan }) {
    const own = join(folder, title.replaceAll(/\W+/g, '-'));
    mkdirSync(own);
    const { server } = await startClinker(main, own, await receiver.settings());
    await receiver.follow(server.target(PROJECT));
    const client = new Client(server.target(PROJECT));
    const volumes = await makeVolumes(client, VOLUMES);
    client.close();
    const items = Array.from({ length: plan.eventCycles }, (_, number) => volumes[number % VOLUMES]);
    return new Measured(title, receiver, server, items);
  }

  constructor(title, receiver, server, items) {
    this.title = title;
    this.receiver = receiver;
    this.server = server;
    this.items = items;
  }

  async run(load, { isWarmUp }) {
    const before = this.server.cpuSeconds();
    const job = { project: PROJECT, operation: 'cycle', connections: CONNECTIONS, items: this.items };
    await load.run(this.server, job);
    this.#done += this.items.length;
    await sleep(SETTLED_MS);
    await this.receiver.untilGot(this.#done * PER_CYCLE);
    if (!isWarmUp) this.cpu.push(((this.server.cpuSeconds() - before) * 1000) / this.items.length);
  }

  async stop() {
    await this.server.stop();
    await this.receiver.close();
  }
}

/**
 * Sends requests that fast-check generates from the project's OpenAPI document, valid, nearly valid and odd, to the
 * built server. No response may be a server failure or reveal internals, none may end the server, and the final state
 * must be consistent and deletable.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Client } from './lib/client.mjs';
import { fakeBackend } from './lib/fake-backend.mjs';
import { faultsOfAnswer } from './lib/fuzz-judge.mjs';
import { requestsFrom } from './lib/fuzz-requests.mjs';
import { filled, KnownIds, Wire } from './lib/fuzz-wire.mjs';
import { untilIdle } from './lib/idle.mjs';
import { faultsIn } from './lib/invariants.mjs';
import { Ledger } from './lib/ledger.mjs';
import { ServerProcess } from './lib/server-process.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Concurrent requests, so that they also race each other. */
const CONNECTIONS = 8;
const BATCH = 1000;
/** Many findings mostly have the same cause, so that continuing is useless. */
const MOST_FINDINGS = 20;

/** Small limits: long lists would take the time of many requests. */
const SETTINGS = {
  CLINKER_MAX_LIMIT: '50',
  CLINKER_QUOTA_VOLUMES: '150',
  CLINKER_QUOTA_ATTACHMENTS: '300',
  CLINKER_RESPONSE_VALIDATION: 'error',
};

/** Actions that only set a volume's status. */
const MARKS = [
  'os-reserve',
  'os-unreserve',
  'os-begin_detaching',
  'os-roll_detaching',
  'os-terminate_connection',
];

const MADE = {
  volume: 'POST /v3/volumes',
  attachment: 'POST /v3/attachments',
  volume_type: 'POST /v3/types',
};

class Fuzz {
  #options;
  #folder;
  #ledger;
  #wire;
  #known = new KnownIds();
  /** Volumes whose status was set without an attachment, so that it does not reflect the attachments. */
  #marked = new Set();
  /** Volumes whose rows an admin has reset: their former attachments may still be exported. */
  #reset = new Set();
  #statuses = {};
  #succeeded = new Set();
  #findings = [];

  constructor(folder, options) {
    this.#folder = folder;
    this.#options = options;
    this.#ledger = new Ledger(`sqlite:${join(folder, 'clinker.sqlite')}`);
  }

  async run() {
    const requests = requestsFrom(JSON.parse(await readFile(join(root, 'openapi.json'), 'utf8')));
    const settings = { CLINKER_DATA_FOLDER: this.#folder, ...SETTINGS };
    const server = new ServerProcess(settings, { logFile: join(this.#folder, 'server.log') });
    try {
      const address = await server.address;
      const client = new Client(address);
      this.#wire = new Wire(address, CONNECTIONS);
      await this.#sendBatches(requests, server, client);
      await this.#judgeTheEnd(client);
    } finally {
      this.#wire?.close();
      await server.kill('SIGTERM');
    }
    if (this.#findings.length > 0) throw new Error(this.#shown());
    return this.#figures();
  }

  async #sendBatches(requests, server, client) {
    for (let from = 0; from < this.#options.requests; from += BATCH) {
      await this.#replenish(client);
      // Each batch has its own seed; a single sample of all would hold too many values in memory.
      const numRuns = Math.min(BATCH, this.#options.requests - from);
      const drawn = fc.sample(requests, { seed: this.#options.seed + from, numRuns });
      await this.#sendAll(drawn.map((request, index) => ({ ...request, number: from + index })));
      if (server.hasEnded) throw new Error(`the server has exited\n${this.#shown()}`);
      if (this.#findings.length >= MOST_FINDINGS) throw new Error(this.#shown());
      if ((from / BATCH) % 20 === 19) console.log(`  fuzz: ${JSON.stringify(this.#figures())}`);
    }
  }

  /** Ensures that there are volumes to act upon, whatever earlier requests did. */
  async #replenish(client) {
    await client.send('POST', '/types', {
      volume_type: { name: 'multi', extra_specs: { multiattach: '<is> True' } },
    });
    for (let count = 0; count < 10; count += 1) {
      const { body } = await client.createVolume('of the fuzz', count % 2 === 0 ? 'multi' : undefined);
      this.#know('volume', body.volume?.id);
    }
  }

  async #sendAll(requests) {
    const left = requests.values();
    // The workers share the iterator; each takes the next request.
    const worker = async () => {
      for (const request of left) await this.#sendOne(request);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  }

  async #sendOne(request) {
    const sent = filled(request, this.#known);
    const answer = await this.#wire.send(sent);
    const status = `${Math.floor(answer.status / 100)}xx`;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    const secrets = [this.#folder, root];
    for (const fault of faultsOfAnswer(answer, { method: sent.method, secrets })) {
      this.#findings.push({ fault, request, sent, answer });
      console.log(`  fuzz: ${shown(this.#findings.at(-1))}`);
    }
    this.#learn(request, sent, answer);
  }

  #learn({ operation }, { body, path }, { status, text }) {
    if (status < 200 || status > 299) return;
    this.#succeeded.add(operation);
    const acted = /volumes\/([^/]+)\/action/.exec(path)?.[1];
    if (MARKS.some((action) => body?.includes(action))) this.#marked.add(acted);
    if (body?.includes('os-reset_status')) this.#reset.add(acted);
    for (const [kind, operationOfKind] of Object.entries(MADE)) {
      if (operation !== operationOfKind) continue;
      this.#know(kind, JSON.parse(text || 'null')?.[kind]?.id);
    }
    if (operation === 'GET /v3/messages') {
      const messages = JSON.parse(text || 'null')?.messages ?? [];
      for (const { id } of messages.slice(0, 5)) this.#know('message', id);
    }
  }

  #know(kind, id) {
    if (id !== undefined) this.#known.add(kind === 'volume_type' ? 'type' : kind, id);
  }

  /** Checks that no operation is half done, and that everything can be deleted. */
  async #judgeTheEnd(client) {
    await untilIdle(this.#ledger);
    await this.#compare();
    await this.#removeEverything(client);
    await untilIdle(this.#ledger);
    this.#reset.clear();
    await this.#compare();
    const { volumes } = await this.#ledger.read();
    this.#findings.push(
      ...volumes.map(({ id, status }) => ({ fault: `volume ${id} is left over, ${status}` })),
    );
  }

  async #removeEverything(client) {
    const { volumes, attachments, legacyConnections } = await this.#ledger.read();
    for (const { id } of attachments) await client.delete(id);
    for (const { volume_id: id } of legacyConnections) {
      await client.act(id, 'os-terminate_connection', { connector: null });
    }
    for (const { id } of volumes) {
      await client.act(id, 'os-reset_status', { status: 'available', attach_status: 'detached' });
      await client.act(id, 'os-force_delete');
    }
  }

  async #compare() {
    const state = await this.#ledger.read();
    const isJudged = (id) => !this.#reset.has(id);
    const judged = {
      volumes: state.volumes
        .filter(({ id }) => isJudged(id))
        .map((volume) => ({ ...volume, isMarked: this.#marked.has(volume.id) })),
      attachments: state.attachments.filter(({ volume_id: id }) => isJudged(id)),
      legacyConnections: state.legacyConnections.filter(({ volume_id: id }) => isJudged(id)),
      operations: state.operations,
    };
    const held = await fakeBackend(this.#folder)();
    const backend = new Map([...held].filter(([id]) => isJudged(id)));
    this.#findings.push(...faultsIn(judged, backend).map((fault) => ({ fault })));
  }

  #figures() {
    const requests = Object.values(this.#statuses).reduce((sum, count) => sum + count, 0);
    return {
      requests,
      ...this.#statuses,
      operationsThatSucceeded: this.#succeeded.size,
      findings: this.#findings.length,
    };
  }

  #shown() {
    const { seed } = this.#options;
    const figures = JSON.stringify(this.#figures());
    return [`seed ${seed}, ${figures}, server.log in ${this.#folder}`, ...this.#findings.map(shown)].join(
      '\n',
    );
  }
}

/** Formats everything needed to send the request again. */
function shown({ fault, request, sent, answer }) {
  if (sent === undefined) return fault;
  const { method, path, headers, body } = sent;
  const asked = [method, path, JSON.stringify(headers), body && JSON.stringify(body.toString())];
  return [
    fault,
    `  request ${request.number}: ${asked.filter(Boolean).join(' ')}`,
    `  answer: ${answer.status} ${answer.text.slice(0, 500)}`,
  ].join('\n');
}

/**
 * Sends `requests` requests. The seed reproduces them in the same order, but the ids in them are the server's.
 * @returns the counts of requests and responses.
 */
export async function fuzz({ seed, requests }) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-fuzz-'));
  console.log(`fuzz: ${requests} requests, seed ${seed}, data in ${folder}`);
  const figures = await new Fuzz(folder, { seed, requests }).run();
  await rm(folder, { recursive: true, force: true });
  return figures;
}

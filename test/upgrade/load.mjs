import { join } from 'node:path';
import { Actor } from '../chaos/lib/actor.mjs';
import { fakeBackend } from '../chaos/lib/fake-backend.mjs';
import { Ledger } from '../chaos/lib/ledger.mjs';
import { Random } from '../chaos/lib/random.mjs';
import { untilSettled } from '../chaos/lib/settled.mjs';
import { until } from '../dataplane/until.mjs';
import { RollingClient } from './rolling-client.mjs';

const ACTORS = 8;
const SHARED = 3;
/** Longer than the work of a killed server is left to its lease and the next reconciliation. */
const SETTLED_MS = 60_000;

/** Clients that attach and detach without a pause, and remember what they were told. */
export class Load {
  counts = { requests: 0, acknowledged: 0, unanswered: 0, unavailable: 0 };
  /** Addresses of the servers that get requests. */
  rotation = [];
  #actors = [];
  #shared = [];
  #stop = null;
  #working = null;
  /** Why the clients have ended; null while they act. */
  #ended = null;

  /** @param folder that of the fake driver's shared state. */
  constructor({ url, folder, seed }) {
    this.ledger = new Ledger(url);
    this.readBackend = fakeBackend(folder);
    this.random = new Random(seed);
  }

  async prepare() {
    const client = this.#client();
    await client.send('POST', '/types', {
      volume_type: { name: 'shared', extra_specs: { multiattach: '<is> True' } },
    });
    for (let count = 0; count < SHARED; count += 1)
      this.#shared.push((await client.createVolume(`shared-${count}`, 'shared')).body.volume.id);
    for (let count = 0; count < ACTORS; count += 1) {
      const options = { random: this.random.fork(), shared: this.#shared, counts: this.counts };
      this.#actors.push(new Actor(`client-${count}`, options));
    }
    await this.settle();
  }

  start() {
    const stop = { now: false };
    this.#stop = stop;
    this.#ended = null;
    this.#working = Promise.all(this.#actors.map((actor) => actor.work(this.#client(), stop)));
    // Awaited by `settle`, perhaps seconds later.
    this.#working.then(
      () => (this.#ended = 'every client has met a failure'),
      (error) => (this.#ended = error.message),
    );
  }

  /** Waits until so many more requests have been acknowledged. */
  async acknowledged(more) {
    const enough = this.counts.acknowledged + more;
    await until(`${more} requests`, async () => {
      if (this.counts.acknowledged >= enough) return true;
      if (this.#ended !== null) throw new Error(this.#ended);
      return null;
    });
  }

  /** Stops the clients, and compares what they were told with the database and the backend once all work has ended. */
  async settle() {
    if (this.#stop !== null) this.#stop.now = true;
    await this.#working;
    this.#working = null;
    await untilSettled({
      ledger: this.ledger,
      readBackend: this.readBackend,
      actors: this.#actors,
      shared: this.#shared,
      counts: this.counts,
      withinMs: SETTLED_MS,
    });
  }

  /** Deletes everything, and checks that nothing is left. */
  async leave() {
    const client = this.#client();
    for (const actor of this.#actors) await actor.leave(client);
    for (const id of this.#shared) await client.deleteVolume(id);
    this.#shared.length = 0;
    await this.settle();
    const { volumes } = await this.ledger.read();
    if (volumes.length > 0) throw new Error(`${volumes.length} volumes are left over`);
  }

  #client() {
    return new RollingClient(this.rotation, this.counts);
  }
}

/** Where the fake driver of all servers keeps its state. */
export const sharedStorage = (folder) => join(folder, 'backends', 'fake');

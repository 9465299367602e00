import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { SilentProxy } from '../../support/silent-proxy.mjs';
import { HostClock } from './host-clock.mjs';
import { ServerProcess } from './server-process.mjs';

/** A service manager would give up later. */
const STARTS = 20;
const RESTART_MS = 500;
const SLOW_HELD_MS = 120;
const SLOW_OPEN_MS = 15;

/** A process of the fleet on a machine of its own, with a clock, and links to the database and the broker. */
export class Machine {
  #folder;
  #settings;
  #network;
  #server = null;
  #links = {};
  #stoppedMs = 0;
  #stoppedAt = null;
  #expected = false;
  clock;
  base = 'http://127.0.0.1:9';
  /** Ends that nobody caused. */
  unexpected = [];

  /** @param network of its own ({@link HostNetwork}), or null. */
  constructor(name, { folder, settings, network = null }) {
    this.name = name;
    this.#folder = folder;
    this.#settings = settings;
    this.#network = network;
    this.clock = new HostClock(folder, name);
  }

  /** @param services URLs of the database and the broker. */
  async connect(services) {
    await this.#network?.make();
    const urls = {};
    for (const [service, url] of Object.entries(services)) {
      this.#links[service] = new SilentProxy(url);
      urls[service] = await this.#links[service].listen(this.#network?.gateway);
    }
    this.#settings = {
      ...this.#settings,
      ...this.clock.settings,
      CLINKER_DATA_FOLDER: join(this.#folder, this.name),
      DATABASE_URL: urls.database,
      CLINKER_TRANSPORT_URL: urls.broker,
    };
  }

  /** Starts the process, and again if it ends because something that it needs is away. */
  async start() {
    for (let tries = 1; ; tries += 1) {
      const server = new ServerProcess(this.#settings, {
        logFile: join(this.#folder, `${this.name}.log`),
        within: this.#network?.command ?? [],
      });
      this.#server = server;
      try {
        this.base = await server.address;
        this.#expected = false;
        void server.ended.then(({ code, signal }) => {
          if (!this.#expected) this.#restart(`${this.name} ended with ${code ?? signal}`);
        });
        return;
      } catch (error) {
        if (tries === STARTS) throw error;
        await sleep(RESTART_MS);
      }
    }
  }

  /** As a service manager would. */
  #restart(why) {
    this.unexpected.push(why);
    this.start().catch((error) =>
      this.unexpected.push(`${this.name} does not start again: ${error.message}`),
    );
  }

  async kill() {
    if (this.#server === null) return;
    this.#expected = true;
    if (!this.#server.hasEnded) await this.#server.kill();
    this.#server = null;
  }

  get hasEnded() {
    return this.#server?.hasEnded ?? true;
  }

  /** Milliseconds for which the process was stopped in all. */
  get stoppedMs() {
    return this.#stoppedMs + (this.#stoppedAt === null ? 0 : performance.now() - this.#stoppedAt);
  }

  stop() {
    this.#stoppedAt = performance.now();
    this.#server.signal('SIGSTOP');
  }

  resume() {
    this.#server.signal('SIGCONT');
    this.#stoppedMs = this.stoppedMs;
    this.#stoppedAt = null;
  }

  /** Cuts the links to some services. @param kind as for {@link SilentProxy.fallSilent}. */
  cut(services, kind) {
    for (const service of services) this.#links[service].fallSilent(kind);
  }

  /** Mends them; connections that were forgotten end. */
  mend(services) {
    for (const service of services) {
      this.#links[service].speak();
      this.#links[service].bury();
    }
  }

  /** Lets data through in small doses. */
  async slowDown(services, forMs) {
    for (const endAt = performance.now() + forMs; performance.now() < endAt;) {
      this.cut(services, 'hold');
      await sleep(SLOW_HELD_MS);
      this.mend(services);
      await sleep(SLOW_OPEN_MS);
    }
  }

  /** Cuts it off as a whole. */
  async isolate() {
    if (this.#network === null) this.cut(Object.keys(this.#links), 'hold');
    else await this.#network.cut();
  }

  async join() {
    if (this.#network === null) this.mend(Object.keys(this.#links));
    else await this.#network.mend();
  }

  async remove() {
    await this.kill();
    for (const link of Object.values(this.#links)) await link.close();
    await this.#network?.remove();
  }
}

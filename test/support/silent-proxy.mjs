import { once } from 'node:events';
import net from 'node:net';

/**
 * A network between a server and its database that can become silent: connections stay open, new ones are accepted,
 * nothing is refused or reset, and no data passes.
 */
export class SilentProxy {
  #target;
  #listener;
  #pairs = new Set();
  /** null while data passes; `hold` delivers data later, `forget` loses it and its connections for good. */
  #silence = null;

  /** @param url of the database behind the proxy. */
  constructor(url) {
    this.#target = new URL(url);
  }

  /** Listens at an address of this machine; returns the database's URL through the proxy. */
  async listen(address = '127.0.0.1') {
    this.#listener = net.createServer({ pauseOnConnect: true }, (socket) => this.#join(socket));
    this.#listener.listen(0, address);
    await once(this.#listener, 'listening');
    return Object.assign(new URL(this.#target), { host: `${address}:${this.#listener.address().port}` }).href;
  }

  /** Silences all existing and new connections. */
  fallSilent(kind) {
    this.#silence = kind;
    for (const pair of this.#pairs) this.#mute(pair);
  }

  /** Passes data again. Forgotten connections stay silent. */
  speak() {
    this.#silence = null;
    for (const pair of this.#pairs) if (pair.isHeld) this.#connect(pair);
  }

  /** Closes the forgotten connections, as a database's keep-alive would eventually. */
  bury() {
    for (const pair of this.#pairs) if (pair.isForgotten) this.#end(pair);
  }

  async close() {
    for (const pair of this.#pairs) this.#end(pair);
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  #join(client) {
    const pair = { client, database: null, isHeld: false, isForgotten: false };
    this.#pairs.add(pair);
    client.on('error', () => undefined);
    client.on('close', () => this.#hear(pair, 'database'));
    if (this.#silence === null) this.#connect(pair);
    else this.#mute(pair);
  }

  #connect(pair) {
    pair.isHeld = false;
    const isNew = pair.database === null;
    pair.database ??= net.connect(Number(this.#target.port), this.#target.hostname);
    const { client, database } = pair;
    if (client.destroyed) database.end();
    if (isNew) {
      database.on('error', () => undefined);
      database.on('close', () => this.#hear(pair, 'client'));
    }
    client.pipe(database);
    database.pipe(client);
  }

  #mute(pair) {
    if (pair.isForgotten) return;
    const { client, database } = pair;
    client.unpipe();
    database?.unpipe();
    pair.isHeld = this.#silence === 'hold';
    pair.isForgotten = !pair.isHeld;
    for (const socket of [client, database]) {
      if (pair.isForgotten) socket?.resume();
      else socket?.pause();
    }
  }

  /** While the proxy is silent, the end of one side is not passed to the other. */
  #hear(pair, side) {
    if (pair.isHeld || pair.isForgotten) return;
    pair[side]?.end();
    if (pair.client.destroyed && (pair.database?.destroyed ?? true)) this.#pairs.delete(pair);
  }

  #end(pair) {
    pair.client.destroy();
    pair.database?.destroy();
    this.#pairs.delete(pair);
  }
}

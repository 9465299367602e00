import net from 'node:net';

/** Longest wait for a connection or for an answer. */
const LIMIT_MS = 60_000;

/**
 * An HTTP connection with one request at a time. It deliberately avoids node:http: that client needs three times
 * as much CPU as the bare server that it must saturate, so every ratio to that server would flatter Clinker.
 */
export class Connection {
  #target;
  #head;
  #socket;
  #received = Buffer.alloc(0);
  #waiting = null;
  #ends = false;
  isOpen = false;

  /** Opens a connection to a target: its host, its port and the headers of every request. */
  static async open(target) {
    const connection = new Connection(target);
    await connection.#connect();
    return connection;
  }

  constructor({ host, port, headers }) {
    this.#target = { host, port };
    this.#head = Object.entries({ Host: `${host}:${port}`, ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  }

  /** Sends a request; resolves to status, head (text) and body (bytes). */
  send(method, path, body) {
    // A server may announce that it closes the connection after an answer; the next request then needs another one.
    if (this.#ends) return this.#connect().then(() => this.send(method, path, body));
    const sized =
      body === undefined
        ? '\r\n'
        : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve, reject) => {
      if (!this.isOpen) throw new Error('the server has closed the connection');
      this.#waiting = { resolve, reject };
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#head}${sized}`);
    });
  }

  close() {
    this.#waiting = null;
    this.isOpen = false;
    this.#socket.destroy();
  }

  #connect() {
    this.#ends = false;
    return new Promise((resolve, reject) => {
      const socket = net.connect({ ...this.#target, noDelay: true });
      this.#socket = socket;
      this.#waiting = { resolve, reject };
      socket.once('connect', () => {
        this.isOpen = true;
        this.#settle()?.resolve();
      });
      socket.on('data', (chunk) => this.#take(chunk));
      socket.on('error', (error) => this.#fail(socket, error));
      socket.on('close', () => this.#fail(socket, new Error('the server closed the connection')));
      socket.setTimeout(LIMIT_MS, () => {
        if (this.#waiting !== null) socket.destroy(new Error(`no answer within ${LIMIT_MS / 1000} s`));
      });
    });
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  #fail(socket, error) {
    if (socket !== this.#socket) return;
    this.isOpen = false;
    this.#settle()?.reject(error);
  }

  #take(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.latin1Slice(0, end);
    const status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    const total = end + 4 + Number(length ?? 0);
    if (length === undefined && status !== 204) {
      this.#settle()?.reject(new Error(`a response without Content-Length: ${head}`));
      return;
    }
    if (this.#received.length < total) return;
    const answer = { status, head, body: this.#received.subarray(end + 4, total) };
    this.#received = this.#received.subarray(total);
    this.#ends = /\r\nconnection: close/i.test(head);
    if (this.#ends) this.#socket.destroy();
    this.#settle()?.resolve(answer);
  }
}

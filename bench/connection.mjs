import net from 'node:net';

/**
 * A keep-alive HTTP connection with one request at a time. It deliberately avoids node:http: that client needs three times
 * as much CPU as the bare server that it must saturate, so every ratio to that server would flatter Clinker.
 */
export class Connection {
  #socket;
  #head;
  #received = Buffer.alloc(0);
  #waiting = null;
  isOpen = true;

  /** Opens a connection whose requests all carry the given headers. */
  static open(port, headers) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket, { Host: `127.0.0.1:${port}`, ...headers }));
      });
    });
  }

  constructor(socket, headers) {
    this.#socket = socket;
    this.#head = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => {
      this.isOpen = false;
      this.#waiting?.reject(new Error('the server closed the connection'));
    });
  }

  /** Sends a request; resolves to status, head (text) and body (bytes). */
  send(method, path, body) {
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
    this.#socket.destroy();
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
      this.#waiting?.reject(new Error(`a response without Content-Length: ${head}`));
      return;
    }
    if (this.#received.length < total) return;
    const answer = { status, head, body: this.#received.subarray(end + 4, total) };
    this.#received = this.#received.subarray(total);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(answer);
  }
}

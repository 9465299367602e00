/** Sends requests as generated, even those that no HTTP library would send. */
import http from 'node:http';
import { connect } from 'node:net';
import { PLACE } from './fuzz-values.mjs';

/** Longer than any request takes with the fake driver on a busy machine. */
const TIMEOUT_MS = 60_000;

/** Characters that Node.js refuses in a header. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

/** Ids of the created resources, for the placeholders in requests. */
export class KnownIds {
  #ids = new Map();

  add(kind, id) {
    this.#ids.set(kind, [...(this.#ids.get(kind) ?? []).slice(-63), id]);
  }

  fill(text) {
    return text.replace(PLACE, (_place, kind, index) => {
      const ids = this.#ids.get(kind) ?? [];
      return ids.length === 0 ? '00000000-0000-4000-8000-000000000000' : ids[Number(index) % ids.length];
    });
  }
}

/** Returns the request with its placeholders replaced. */
export function filled({ method, path, headers, body }, known) {
  return {
    method,
    path: known.fill(path),
    // Headers are bytes.
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    ),
    body: typeof body === 'string' ? Buffer.from(known.fill(body)) : body,
  };
}

const withLength = ({ headers, body }) => ({
  ...headers,
  ...(body === undefined ? {} : { 'Content-Length': String(body.length) }),
});

export class Wire {
  #origin;
  #agent;

  constructor(address, connections) {
    this.#origin = new URL(address);
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @returns status, headers (names in lower case) and text of the response; status 0 without a response. */
  async send(request) {
    const isOdd = Object.values(request.headers).some((value) => UNSENDABLE.test(value));
    try {
      return await (isOdd ? this.#sendBytes(request) : this.#send(request));
    } catch (error) {
      return { status: 0, headers: {}, text: String(error) };
    }
  }

  close() {
    this.#agent.destroy();
  }

  #send(request) {
    const { method, path, body } = request;
    const { hostname, port } = this.#origin;
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path, headers: withLength(request), agent: this.#agent };
      const sent = http.request({ ...options, timeout: TIMEOUT_MS }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status, headers } = response;
          resolve({ status, headers, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  #sendBytes(request) {
    const { method, path, body = Buffer.alloc(0) } = request;
    const headers = { Host: this.#origin.host, ...withLength(request), Connection: 'close' };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(this.#origin.port), this.#origin.hostname);
      const chunks = [];
      socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', reject);
      socket.on('close', () => resolve(parsed(Buffer.concat(chunks).toString())));
      socket.write(Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1'));
      socket.write(body);
    });
  }
}

function parsed(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const [first, ...lines] = bytes.slice(0, Math.max(0, end)).split('\r\n');
  const headers = lines.map((line) => line.split(/:\s*/, 1).concat(line.replace(/^[^:]*:\s*/, '')));
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    text: bytes.slice(end + 4),
  };
}

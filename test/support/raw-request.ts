import { connect } from 'node:net';

/** A raw response, decoded as Latin-1. */
export interface RawAnswer {
  /** 0 when the connection was closed without a response. */
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  readonly body: any;
}

/** Sends raw bytes to a server on a new connection, and reads until it is closed. */
export function rawRequest(url: string, bytes: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n');
      const text = Buffer.from(rest.join('\r\n\r\n'), 'latin1').toString();
      const isJson = /^content-type: application\/json\r?$/im.test(head);
      resolve({
        status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
        head,
        body: isJson && text !== '' ? JSON.parse(text) : text,
      });
    });
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}

import { connect } from 'node:net';

/** An answer as its bytes say, read as Latin-1. */
export interface RawAnswer {
  /** 0 when the connection was closed without an answer. */
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  readonly body: any;
}

/** Sends bytes as they stand to a server, on a connection of their own, and reads until that is closed. */
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

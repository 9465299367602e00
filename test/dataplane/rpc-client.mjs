import { connect } from 'node:net';
import { XdrReader, XdrWriter } from './xdr.mjs';

const AUTH_SYS = 1;

/** The server accepted the message but not the call: it does not know the host or the program. RFC 5531 */
export class RpcRefused extends Error {}

/** Calls one program over TCP, as root of the host that it runs on. */
export class RpcClient {
  #socket;
  #received = Buffer.alloc(0);
  #waiting = new Map();
  #xid = 1;

  static async open(host, port) {
    const client = new RpcClient();
    client.#socket = await fromPrivilegedPort(host, port);
    client.#socket.on('data', (bytes) => client.#take(bytes));
    client.#socket.on('close', () => client.#end(new Error('the server closed the connection')));
    client.#socket.on('error', () => undefined);
    return client;
  }

  /** @returns a reader of the results. */
  call(program, version, procedure, args) {
    const xid = this.#xid++;
    const credentials = new XdrWriter().u32(0).opaque('host').u32(0, 0, 0).bytes;
    const message = new XdrWriter()
      .u32(xid, 0, 2, program, version, procedure, AUTH_SYS)
      .opaque(credentials)
      .u32(0, 0)
      .fixed(args).bytes;
    const lastFragment = new XdrWriter().u32((0x8000_0000 | message.length) >>> 0).bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.set(xid, { resolve, reject });
      this.#socket.write(Buffer.concat([lastFragment, message]));
    });
  }

  close() {
    this.#socket.destroy();
  }

  #take(bytes) {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      if (this.#received.length < 4) return;
      const length = this.#received.readUInt32BE() & 0x7fff_ffff;
      if (this.#received.length < 4 + length) return;
      const reply = new XdrReader(this.#received.subarray(4, 4 + length));
      this.#received = this.#received.subarray(4 + length);
      this.#answer(reply);
    }
  }

  #answer(reply) {
    const [xid, , isDenied] = [reply.u32(), reply.u32(), reply.u32()];
    const waiting = this.#waiting.get(xid);
    this.#waiting.delete(xid);
    if (isDenied !== 0) return waiting.reject(new RpcRefused('denied'));
    reply.u32();
    reply.opaque();
    const accepted = reply.u32();
    if (accepted !== 0) waiting.reject(new RpcRefused(`not accepted: ${accepted}`));
    else waiting.resolve(reply);
  }

  #end(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

async function fromPrivilegedPort(host, port) {
  for (let localPort = 600 + (process.pid % 400), tries = 0; ; localPort -= 1, tries += 1) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect({ host, port, localPort });
        socket.once('connect', () => resolve(socket));
        socket.once('error', reject);
      });
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || tries > 50) throw error;
    }
  }
}

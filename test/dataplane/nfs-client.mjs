/**
 * An NFS client that keeps a file open, like a host's kernel, and reports the server's raw responses. Runs in a host's
 * network namespace: reads commands as lines of JSON, and answers each with a line. Arguments: address, folder, name,
 * version, and rw or ro.
 */
import { createInterface } from 'node:readline';
import { RpcClient, RpcRefused } from './rpc-client.mjs';
import { XdrWriter } from './xdr.mjs';

const NFS = 100_003;
const MOUNT = 100_005;
const [address, folder, name, version, mode] = process.argv.slice(2);
const NFS_PORT = 2049;
const MOUNT_PORT = 20_048;
const FILE_SYNC = 2;

/** A call refused by NFS, with a status of RFC 1813 or RFC 7530. */
class Refused extends Error {
  constructor(status) {
    super(`status ${status}`);
  }
}

function succeeded(reply) {
  const status = reply.u32();
  if (status !== 0) throw new Refused(status);
  return reply;
}

function skipAttributes(reply) {
  if (reply.u32() !== 0) reply.fixed(84);
}

class Version3 {
  async open() {
    const mountd = await RpcClient.open(address, MOUNT_PORT);
    const root = succeeded(await mountd.call(MOUNT, 3, 1, new XdrWriter().opaque(folder).bytes)).opaque();
    mountd.close();
    this.rpc = await RpcClient.open(address, NFS_PORT);
    const args = new XdrWriter().opaque(root).opaque(name).bytes;
    this.file = succeeded(await this.rpc.call(NFS, 3, 3, args)).opaque();
  }

  async read({ offset, length, handle = this.file }) {
    const args = new XdrWriter().opaque(handle).u64(offset).u32(length).bytes;
    const reply = succeeded(await this.rpc.call(NFS, 3, 6, args));
    skipAttributes(reply);
    reply.fixed(8);
    return reply.opaque();
  }

  async write({ offset, data }) {
    const args = new XdrWriter().opaque(this.file).u64(offset).u32(data.length, FILE_SYNC).opaque(data).bytes;
    succeeded(await this.rpc.call(NFS, 3, 7, args));
  }

  async chmod({ mode }) {
    const args = new XdrWriter().opaque(this.file).u32(1, mode, 0, 0, 0, 0, 0, 0).bytes;
    succeeded(await this.rpc.call(NFS, 3, 2, args));
  }
}

const op = {
  putRoot: () => [24, Buffer.alloc(0)],
  lookup: (component) => [15, new XdrWriter().opaque(component).bytes],
  putHandle: (handle) => [22, new XdrWriter().opaque(handle).bytes],
};

class Version4 {
  async open() {
    this.rpc = await RpcClient.open(address, NFS_PORT);
    const client = await this.introduce();
    const access = mode === 'ro' ? 1 : 3;
    const opening = new XdrWriter()
      .u32(1, access, 0)
      .fixed(client)
      .opaque('owner')
      .u32(0, 0)
      .opaque(name).bytes;
    const folders = folder.slice(1).split('/').map(op.lookup);
    const reply = await this.compound(op.putRoot(), ...folders, [18, opening], [10, Buffer.alloc(0)]);
    // Operation and status of each: PUTROOTFH, the LOOKUPs, OPEN.
    reply.fixed(8 * (folders.length + 2));
    const state = reply.fixed(16);
    reply.fixed(20);
    const mustConfirm = (reply.u32() & 2) !== 0;
    reply.fixed(4 * reply.u32());
    if (reply.u32() !== 0) throw new Error('the server delegates, which is not expected');
    reply.fixed(8);
    this.file = reply.opaque();
    this.state = mustConfirm ? await this.confirm(state) : state;
  }

  async introduce() {
    const self = new XdrWriter()
      .fixed(Buffer.alloc(8, process.pid % 251))
      .opaque(`host ${process.pid}`)
      .u32(0x4000_0000)
      .opaque('tcp')
      .opaque('0.0.0.0.0.0')
      .u32(1).bytes;
    const told = await this.compound([35, self]);
    told.fixed(8);
    const [client, verifier] = [told.fixed(8), told.fixed(8)];
    await this.compound([36, Buffer.concat([client, verifier])]);
    return client;
  }

  async confirm(state) {
    const reply = await this.compound(op.putHandle(this.file), [
      20,
      Buffer.concat([state, Buffer.from([0, 0, 0, 2])]),
    ]);
    reply.fixed(16);
    return reply.fixed(16);
  }

  async read({ offset, length, handle }) {
    // There is no state for another file: zeros stand for none.
    const state = handle === undefined ? this.state : Buffer.alloc(16);
    const args = new XdrWriter().fixed(state).u64(offset).u32(length).bytes;
    const reply = await this.compound(op.putHandle(handle ?? this.file), [25, args]);
    reply.fixed(20);
    return reply.opaque();
  }

  async write({ offset, data }) {
    const args = new XdrWriter().fixed(this.state).u64(offset).u32(FILE_SYNC).opaque(data).bytes;
    await this.compound(op.putHandle(this.file), [38, args]);
  }

  async compound(...ops) {
    const args = new XdrWriter().opaque('').u32(0, ops.length);
    for (const [code, body] of ops) args.u32(code).fixed(body);
    const reply = succeeded(await this.rpc.call(NFS, 4, 1, args.bytes));
    reply.opaque();
    reply.u32();
    return reply;
  }
}

const client = version === '3' ? new Version3() : new Version4();
const does = {
  open: () => client.open(),
  read: ({ handle, ...place }) =>
    client.read({ ...place, ...(handle !== undefined && { handle: Buffer.from(handle, 'hex') }) }),
  write: ({ data, ...place }) => client.write({ ...place, data: Buffer.from(data, 'hex') }),
  chmod: (wanted) => client.chmod(wanted),
  handle: () => client.file,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...args } = JSON.parse(line);
  try {
    const data = await does[command](args);
    console.log(JSON.stringify({ answer: 'ok', data: Buffer.from(data ?? '').toString('hex') }));
  } catch (error) {
    const answer =
      error instanceof RpcRefused || error instanceof Refused ? error.message : `lost: ${error.message}`;
    console.log(JSON.stringify({ answer }));
  }
}
process.exit(0);

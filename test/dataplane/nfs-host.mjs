import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLIENT = fileURLToPath(new URL('nfs-client.mjs', import.meta.url));

/** A host with its own address that reaches volumes only by their connection information. */
export class NfsHost {
  #sessions = [];

  constructor(number) {
    this.ip = `10.90.0.${number}`;
    this.ip6 = `fd90::${number}`;
    this.namespace = `host${number}`;
  }

  /** Uses QEMU, which speaks version 3. */
  async write(info, pattern) {
    return this.#qemuIo([], info, `write -P ${pattern} 1M 64k`);
  }

  async read(info, pattern) {
    return this.#qemuIo(['-r'], info, `read -P ${pattern} 1M 64k`);
  }

  /** Copies a local file over the whole volume. */
  async copy(info, file) {
    return this.#run('qemu-img', ['convert', '-n', '-f', 'raw', '-O', 'raw', file, urlOf(info)]);
  }

  /** Checksum of the whole volume, read by libnfs; null if refused. */
  async checksum(info, version) {
    const { status, hash } = await this.#run('nfs-cat', [`${urlOf(info)}?version=${version}&uid=0&gid=0`]);
    return status === 0 ? hash : null;
  }

  /** Opens the volume's file and keeps it open. @returns its operations, and `opened`, the server's response. */
  async open(info, version, { address, mode = 'rw' } = {}) {
    const [server, folder] = /^(.*):(.*)$/.exec(info.data.export).slice(1);
    const args = [CLIENT, address ?? server, folder, info.data.name, String(version), mode];
    const child = spawn('ip', ['netns', 'exec', this.namespace, process.execPath, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#sessions.push(child);
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (command, args = {}) => {
      child.stdin.write(`${JSON.stringify({ command, ...args })}\n`);
      const { value } = await lines.next();
      return JSON.parse(value);
    };
    const { answer: opened } = await ask('open');
    return {
      opened,
      read: (offset = 0, length = 512, handle) => ask('read', { offset, length, handle }),
      write: async (data, offset = 0) =>
        (await ask('write', { offset, data: Buffer.from(data).toString('hex') })).answer,
      chmod: async (mode) => (await ask('chmod', { mode })).answer,
      handle: async () => (await ask('handle')).data,
    };
  }

  /** Kills the open sessions. */
  leave() {
    for (const session of this.#sessions.splice(0)) session.kill('SIGKILL');
  }

  async #qemuIo(flags, info, command) {
    const { output, status } = await this.#run('qemu-io', [
      ...flags,
      '-f',
      'raw',
      '-c',
      command,
      urlOf(info),
    ]);
    return { ok: status === 0 && !/error|fail|verification/i.test(output), output };
  }

  #run(program, args) {
    return new Promise((resolve, reject) => {
      const child = spawn('ip', ['netns', 'exec', this.namespace, program, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      const hash = createHash('sha256');
      let output = '';
      child.stdout.on('data', (bytes) => {
        hash.update(bytes);
        if (output.length < 10_000) output += bytes;
      });
      child.stderr.on('data', (text) => (output += text));
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, output, hash: hash.digest('hex') }));
    });
  }
}

function urlOf({ data }) {
  const [server, folder] = /^(.*):(.*)$/.exec(data.export).slice(1);
  return `nfs://${server}${folder}/${data.name}`;
}

import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { inNamespace } from './storage-host.mjs';

/** A host with QEMU's user-space iSCSI initiator, which uses only the connection information. */
export class Initiator {
  /** @param namespace the network namespace that is the host; null for this process's own. */
  constructor(name, namespace = null) {
    this.name = name;
    this.namespace = namespace;
  }

  /** QEMU's image options. A comma in a value would have to be doubled; none has one. */
  image(info, { password = info.data.auth_password } = {}) {
    const { target_portal: portal, target_iqn: target, target_lun: lun, auth_username: user } = info.data;
    return `driver=raw,file.driver=iscsi,file.transport=tcp,file.portal=${portal},file.target=${target},file.lun=${lun},file.user=${user},file.password=${password},file.initiator-name=${this.name}`;
  }

  write(info, pattern, options) {
    return this.#io([], info, `write -P ${pattern} 1M 64k`, options);
  }

  /** Fails if the volume holds anything else. */
  read(info, pattern, options) {
    return this.#io(['-r'], info, `read -P ${pattern} 1M 64k`, options);
  }

  /** The disk's identity as seen by the host: from page 0x83, in the form of `wwn`, and from page 0x80. */
  async identity(info) {
    const { target_portal: portal, target_iqn: target, target_lun: lun, auth_username: user } = info.data;
    const url = `iscsi://${user}%${info.data.auth_password}@${portal}/${target}/${lun}`;
    const page = async (code) => {
      const args = ['-i', this.name, '-e', '1', '-c', String(code), url];
      const run = promisify(execFile)('iscsi-inq', args, { encoding: 'latin1', timeout: 30_000 });
      return (await run).stdout;
    };
    const designators = await page(0x83);
    const [, id] = /T10_VENDORT_ID\nDesignator:\[([^\]]*)\]/.exec(designators) ?? [];
    // Printed as a string, which the first zero ends: the output must be a prefix of the other designator.
    const shown = [...designators.matchAll(/\) NAA\nDesignator:\[([^]*?)\]\n/g)].map(([, bytes]) =>
      Buffer.from(bytes, 'latin1').toString('hex'),
    );
    const isNaa = shown.some((digits) => digits.length >= 6 && id.startsWith(digits));
    const [, serial] = /Serial Number:\[([^\]]*)\]/.exec(await page(0x80)) ?? [];
    return { wwn: isNaa ? `3${id}` : `not ${id}, but ${shown.join(' and ')}`, serial: serial?.trim() };
  }

  /** True if the host can log in and read. */
  async canRead(info, options) {
    return (await this.#io(['-r'], info, 'read 0 4k', options)).ok;
  }

  async #io(flags, info, command, options) {
    const { output, status } = await this.#qemuIo([
      ...flags,
      '-c',
      command,
      '--image-opts',
      this.image(info, options),
    ]);
    const ok = status === 0 && !/error|fail|verification/i.test(output);
    return { ok, output };
  }

  /** Stays logged in, like a running guest, until it is ended. */
  async stay(info) {
    const child = spawn('qemu-io', ['-r', '--image-opts', this.image(info)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    const answered = new Promise((resolve) => {
      child.stdout.on('data', (text) => {
        output += text;
        if (output.includes('4 KiB')) resolve();
      });
      child.once('exit', resolve);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.write('read 0 4k\n');
    await answered;
    return { end: () => child.kill('SIGKILL'), output: () => output };
  }

  #qemuIo(args) {
    return new Promise((resolve, reject) => {
      const [program, ...words] = inNamespace(this.namespace, ['qemu-io', ...args]);
      const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
      let output = '';
      child.stdout.on('data', (text) => (output += text));
      child.stderr.on('data', (text) => (output += text));
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, output }));
    });
  }
}

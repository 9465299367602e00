import { spawn } from 'node:child_process';

/** A host with an iSCSI initiator in user space: QEMU's, which reads and writes by the connection information alone. */
export class Initiator {
  constructor(name) {
    this.name = name;
  }

  /** QEMU's image options; a comma in a value would have to be doubled, and none has one. */
  image(info, { password = info.data.auth_password } = {}) {
    const { target_portal: portal, target_iqn: target, target_lun: lun, auth_username: user } = info.data;
    return `driver=raw,file.driver=iscsi,file.transport=tcp,file.portal=${portal},file.target=${target},file.lun=${lun},file.user=${user},file.password=${password},file.initiator-name=${this.name}`;
  }

  write(info, pattern, options) {
    return this.#io([], info, `write -P ${pattern} 1M 64k`, options);
  }

  /** Fails when the volume holds anything else. */
  read(info, pattern, options) {
    return this.#io(['-r'], info, `read -P ${pattern} 1M 64k`, options);
  }

  /** Whether the host can log in and read. */
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

  /** Stays logged in, as a running guest does, until it is ended. */
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
      const child = spawn('qemu-io', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
      let output = '';
      child.stdout.on('data', (text) => (output += text));
      child.stderr.on('data', (text) => (output += text));
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, output }));
    });
  }
}

import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('brick.py', import.meta.url));

/** A host that connects as Nova does, by os-brick. The API shows a connection flat; os-brick wants it in its data. */
export class Brick {
  /**
   * @param address which the host tells of itself
   * @param namespace the network namespace that it lives in, with mounts of its own; absent: the guest's own
   */
  constructor(address, namespace) {
    const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    const [command, ...args] = [...inside, 'python3', program, address];
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  properties() {
    return this.#ask({ do: 'properties' });
  }

  connect(info) {
    return this.#ask({ do: 'connect', info });
  }

  disconnect(info, device) {
    return this.#ask({ do: 'disconnect', info, device });
  }

  /** @returns the size that the host sees from now on, in bytes */
  extend(info) {
    return this.#ask({ do: 'extend', info });
  }

  /** Whether the command succeeds where this host lives. */
  can(...argv) {
    try {
      execFileSync('nsenter', ['--target', String(this.child.pid), '--net', '--mount', ...argv], {
        stdio: 'ignore',
        timeout: 60_000,
        killSignal: 'SIGKILL',
      });
      return true;
    } catch {
      return false;
    }
  }

  end() {
    this.child.stdin.end();
  }

  async #ask(command) {
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value } = await this.lines.next();
    if (value === undefined) throw new Error('os-brick ended');
    const { result, error } = JSON.parse(value);
    if (error !== undefined) throw new Error(error);
    return result;
  }
}

/** os-brick leaves shares mounted. */
export function forgetMounts() {
  const mounted = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  for (const [, folder] of mounted.map((line) => line.split(' '))) {
    if (folder?.startsWith('/tmp/brick-')) execFileSync('umount', [folder]);
  }
}

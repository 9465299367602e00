import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('brick.py', import.meta.url));

/** A host that connects by os-brick, as Nova does. The API's connection_info is flat; os-brick wants it nested in `data`. */
export class Brick {
  /** True to join the paths to a volume, like Nova's option volume_use_multipath; needs multipathd. */
  multipath = false;

  /**
   * @param address which the host reports for itself
   * @param namespace its network namespace, with its own mounts; absent: the guest's own
   * @param packages folder with another os-brick than the guest's own
   */
  constructor(address, { namespace, packages } = {}) {
    const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    const [command, ...args] = [...inside, 'python3', program, address];
    const env = packages === undefined ? process.env : { ...process.env, PYTHONPATH: packages };
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.lastWords = '';
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.lastWords = `${this.lastWords}${text}`.slice(-2000);
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  properties() {
    return this.#ask({ do: 'properties' });
  }

  connect(info) {
    return this.#ask({ do: 'connect', info });
  }

  /** @param options.lost true if the storage has already removed the volume, so that nothing can be written any more */
  disconnect(info, device, { lost = false } = {}) {
    return this.#ask({ do: 'disconnect', info, device, lost });
  }

  /** @returns the size that the host sees afterwards, in bytes */
  extend(info) {
    return this.#ask({ do: 'extend', info });
  }

  /** True if the command succeeds on this host. */
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
    this.child.stdin.write(`${JSON.stringify({ multipath: this.multipath, ...command })}\n`);
    const { value } = await this.lines.next();
    if (value === undefined) throw new Error(`os-brick ended: ${this.lastWords}`);
    const { result, error } = JSON.parse(value);
    if (error !== undefined) throw new Error(`${error}: ${this.lastWords}`);
    return result;
  }
}

/** Unmounts the shares that os-brick leaves mounted. */
export function forgetMounts() {
  const mounted = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  for (const [, folder] of mounted.map((line) => line.split(' '))) {
    if (folder?.startsWith('/tmp/brick-')) execFileSync('umount', [folder]);
  }
}

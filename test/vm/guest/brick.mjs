import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('brick.py', import.meta.url));

/** A host that connects as Nova does, by os-brick. The API shows a connection flat; os-brick wants it in its data. */
export class Brick {
  constructor(address) {
    this.child = spawn('python3', [program, address], { stdio: ['pipe', 'pipe', 'ignore'] });
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

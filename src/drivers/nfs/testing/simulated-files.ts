import { posix } from 'node:path';
import {
  CommandFailed,
  type Argv,
  type CommandOptions,
  type CommandRunner,
} from '../../command/command-runner.js';

const BLOCK = 4096;
const BLOCKS = 2 ** 30;

/** Files and folders in memory, with the commands that the drivers work on them with. Folders count as there. */
export class SimulatedFiles implements CommandRunner {
  /** Sizes of the files in bytes, or of the disks in them, by path. */
  readonly files = new Map<string, number>();

  async run([program, ...args]: Argv, { signal }: CommandOptions): Promise<string> {
    signal.throwIfAborted();
    return Promise.resolve(this.output(program, args));
  }

  private output(program: string, args: readonly string[]): string {
    const [path = '', before = ''] = args.toReversed();
    const option = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
    switch (program) {
      case 'mkdir':
        return '';
      case 'touch':
        return this.done(this.files.set(path, this.files.get(path) ?? 0));
      case 'qemu-img':
        return this.qemuImg(args);
      case 'od':
        return header(this.sizeOf(program, path));
      case 'chmod':
      case 'chown':
        return this.done(args.slice(args.indexOf('--') + 1).map((named) => this.find(program, named)));
      case 'truncate':
        if (args.includes('-c')) this.sizeOf(program, path);
        return this.done(this.files.set(path, Number(option('-s'))));
      case 'fallocate':
        return this.done(this.files.set(path, Math.max(this.sizeOf(program, path), Number(option('-l')))));
      case 'mv':
        this.files.set(path, this.sizeOf(program, before));
        return this.done(this.files.delete(before));
      case 'rm':
        return this.done(args.slice(args.indexOf('--') + 1).map((gone) => this.remove(gone)));
      case 'find':
        return this.list(args[0] ?? '');
      case 'stat':
        return this.stat(option('-c'), path);
      default:
        throw new CommandFailed(program, 127, 'there is no such program here');
    }
  }

  private qemuImg([command = '', ...args]: readonly string[]): string {
    const [bytes = '', file = ''] = args.toReversed();
    if (command === 'resize') this.sizeOf('qemu-img', file);
    if (command !== '--version') this.files.set(file, Number(bytes));
    return '';
  }

  private stat(format: string, path: string): string {
    if (format === '%S %b %a') return `${BLOCK} ${BLOCKS} ${BLOCKS}\n`;
    if (format === '%i') return '2\n';
    return `regular file|${this.sizeOf('stat', path)}\n`;
  }

  private list(folder: string): string {
    const names = [...this.files.keys()].filter((path) => posix.dirname(path) === folder);
    return names.map((path) => `${posix.basename(path)}\n`).join('');
  }

  private remove(gone: string): readonly string[] {
    const paths = [...this.files.keys()].filter((path) => path === gone || path.startsWith(`${gone}/`));
    for (const path of paths) this.files.delete(path);
    return paths;
  }

  private find(program: string, path: string): void {
    const isFolder = [...this.files.keys()].some((file) => file.startsWith(`${path}/`));
    if (!isFolder) this.sizeOf(program, path);
  }

  private sizeOf(program: string, path: string): number {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new CommandFailed(program, 1, `'${path}': No such file or directory`);
    return bytes;
  }

  private done(_effect: unknown): string {
    return '';
  }
}

/** A qcow2 header of version 3, as od shows it. */
function header(bytes: number): string {
  const fields = Buffer.alloc(80);
  fields.writeUInt32BE(0x514649fb, 0);
  fields.writeUInt32BE(3, 4);
  fields.writeBigUInt64BE(BigInt(bytes), 24);
  return fields.toString('hex').replaceAll(/../g, ' $&');
}

import { posix } from 'node:path';
import {
  CommandFailed,
  type Argv,
  type CommandOptions,
  type CommandRunner,
} from '../../../src/drivers/command/command-runner.js';

const BLOCK = 4096;
const BLOCKS = 2 ** 30;

/** Files in memory and the commands that the drivers use on them. All folders count as existing. */
export class SimulatedFiles implements CommandRunner {
  /** Sizes in bytes of the files, or of the disks in them, by path. */
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
        return this.done(this.sizeOf(program, path));
      case 'mv':
        this.files.set(path, this.sizeOf(program, before));
        return this.done(this.files.delete(before));
      case 'rm':
        return this.done(args.slice(args.indexOf('--') + 1).map((gone) => this.remove(gone)));
      case 'find':
        return this.list(args[0] ?? '', args.includes('-name'));
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

  /** @param withFolders also lists folders of volumes, else only plain files. */
  private list(folder: string, withFolders: boolean): string {
    const below = [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`));
    const names = below
      .map((path) => posix.relative(folder, path))
      .filter((path) => withFolders || !path.includes('/'));
    return [...new Set(names.map((path) => path.split('/')[0]))].map((name) => `${name}\n`).join('');
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

/** Returns a qcow2 header of version 3 in od's output format. */
function header(bytes: number): string {
  const fields = Buffer.alloc(80);
  fields.writeUInt32BE(0x514649fb, 0);
  fields.writeUInt32BE(3, 4);
  fields.writeBigUInt64BE(BigInt(bytes), 24);
  return fields.toString('hex').replaceAll(/../g, ' $&');
}

import { readFile, readdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { CommandFailed } from '../../../src/drivers/command/command-runner.js';
import type { AccessMode } from '../../../src/drivers/contract/index.js';

export interface SimulatedExport {
  readonly path: string;
  readonly account: number;
  readonly clients: ReadonlyMap<string, AccessMode>;
}

const OPTIONS: Readonly<Record<AccessMode, number>> = { rw: 0x1e0, ro: 0xa0 };

/** NFS-Ganesha's export manager behind busctl. It reads the export files and keeps their content in memory. */
export class SimulatedGanesha {
  readonly exports = new Map<number, SimulatedExport>();

  /** Forgets everything and reads a folder's files, as at a start with that configuration. */
  async restart(folder: string): Promise<void> {
    this.exports.clear();
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.conf')) continue;
      const [id, added] = parse(await readFile(join(folder, name), 'utf8'));
      if (!this.exports.has(id)) this.exports.set(id, added);
    }
  }

  /** Returns busctl's output for its arguments. */
  async call(args: readonly string[]): Promise<string> {
    const [method, , first = '', expression = ''] = args.slice(args.indexOf('call') + 4);
    switch (method) {
      case 'ShowExports':
        return answer('(tt)a(qs)', [
          [0, 0],
          [[0, '/'], ...[...this.exports].map(([id, { path }]) => [id, path])],
        ]);
      case 'DisplayExport':
        return this.display(Number(first));
      case 'RemoveExport':
        this.known(Number(first));
        this.exports.delete(Number(first));
        return '';
      case 'AddExport':
      case 'UpdateExport':
        return await this.load(method, first, Number(/=(\d+)\)$/.exec(expression)?.[1]));
      default:
        throw new CommandFailed('busctl', 1, `Call failed: Unknown method ${method}`);
    }
  }

  private async load(method: 'AddExport' | 'UpdateExport', file: string, wanted: number): Promise<string> {
    const [id, loaded] = parse(await readFile(file, 'utf8'));
    if (id !== wanted) throw new CommandFailed('busctl', 1, 'Call failed: Error finding exports');
    const present = this.exports.get(id);
    if (method === 'AddExport' && present !== undefined) {
      throw new CommandFailed('busctl', 1, `Call failed: Selected entries in ${file} already active!!!`);
    }
    if (present !== undefined && present.path !== loaded.path) {
      throw new CommandFailed(
        'busctl',
        1,
        'Call failed: 0 export entries updated because (invalid param value)',
      );
    }
    this.exports.set(id, loaded);
    return answer('s', ['1 exports']);
  }

  private display(id: number): string {
    const { path, clients } = this.known(id);
    const fields = ([address, mode]: [string, AccessMode]) => {
      const bits = isIP(address) === 6 ? 128 : 32;
      return [`${address}/${bits}`, 0, 0, 255, 1, 4294967294, 4294967294, 0, OPTIONS[mode], 480];
    };
    return answer('qsssa(siyyiuuuuu)', [id, path, path, '', [...clients].map(fields)]);
  }

  private known(id: number): SimulatedExport {
    const found = this.exports.get(id);
    if (found !== undefined) return found;
    throw new CommandFailed('busctl', 1, 'Call failed: lookup_export failed with Export id not found');
  }
}

function answer(type: string, data: readonly unknown[]): string {
  return `${JSON.stringify({ type, data })}\n`;
}

function parse(text: string): [id: number, SimulatedExport] {
  const one = (key: string) => new RegExp(`^ *${key} = "?([^";]*)"?;$`, 'm').exec(text)?.[1] ?? '';
  const clients = [...text.matchAll(/CLIENT \{ Clients = (\S+); Access_Type = (RW|RO); \}/g)].map(
    ([, address = '', type = '']): [string, AccessMode] => [address, type === 'RW' ? 'rw' : 'ro'],
  );
  const account = Number(one('Anonymous_Gid'));
  return [Number(one('Export_Id')), { path: one('Path'), account, clients: new Map(clients) }];
}

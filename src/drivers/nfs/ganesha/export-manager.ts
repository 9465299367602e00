import { isIP } from 'node:net';
import { CommandFailed, type Argv, type CommandRunner } from '../../command/command-runner.js';
import { runReading } from '../../command/reading.js';
import { DriverError, type AccessMode } from '../../contract/index.js';
import { canonicalAddress } from '../nfs-connector.js';
import { nfsFailure } from '../nfs-failure.js';

export interface ListedExport {
  readonly id: number;
  readonly path: string;
}

/** A client of an export: a host's address, or the text of a network, netgroup or pattern. */
export interface ExportClient {
  readonly client: string;
  readonly isHost: boolean;
  readonly mode: AccessMode | 'none';
}

export interface ShownExport extends ListedExport {
  readonly clients: readonly ExportClient[];
}

const INTERFACE = ['org.ganesha.nfsd', '/org/ganesha/nfsd/ExportMgr', 'org.ganesha.nfsd.exportmgr'] as const;

/** Bits of a client's options, identical in Ganesha 4, 5 and 6. */
const READ_ACCESS = 0x20;
const WRITE_ACCESS = 0x40;

const UNKNOWN_EXPORT = 'Export id not found';

type Method = 'AddExport' | 'UpdateExport' | 'RemoveExport' | 'DisplayExport' | 'ShowExports';

const READING: readonly Method[] = ['DisplayExport', 'ShowExports'];

/**
 * The exports of a running NFS-Ganesha, accessed through its D-Bus interface with busctl(1). A change applies at once:
 * Ganesha checks every request against the current export, even for files that a host already has open.
 */
export class ExportManager {
  private readonly busctl: Argv;

  /** @param busAddress address of the bus; undefined for the system bus. */
  constructor(
    private readonly runner: CommandRunner,
    busAddress: string | undefined,
  ) {
    const address = busAddress === undefined ? [] : [`--address=${busAddress}`];
    this.busctl = ['busctl', '--json=short', ...address, '--', 'call', ...INTERFACE];
  }

  async list(signal: AbortSignal): Promise<readonly ListedExport[]> {
    const [, exports] = dataOf(await this.call('ShowExports', [], signal));
    return arrayOf(exports).flatMap((entry) => {
      const [id, path] = arrayOf(entry);
      if (typeof id !== 'number' || typeof path !== 'string') throw unreadable();
      // Id 0 is the root of the pseudo file system, which Ganesha creates itself.
      return id === 0 ? [] : [{ id, path }];
    });
  }

  /** Returns the export as the server currently enforces it, or null if there is none. */
  async show(id: number, signal: AbortSignal): Promise<ShownExport | null> {
    try {
      const [, path, , , clients] = dataOf(await this.call('DisplayExport', ['q', String(id)], signal));
      if (typeof path !== 'string') throw unreadable();
      return { id, path, clients: arrayOf(clients).map(clientOf) };
    } catch (thrown) {
      if (isRefusal(thrown, UNKNOWN_EXPORT)) return null;
      throw thrown;
    }
  }

  /**
   * Adds the export described by the file.
   * @returns false when another export uses the id.
   */
  async add(file: string, id: number, signal: AbortSignal): Promise<boolean> {
    try {
      await this.call('AddExport', ['ss', file, expressionOf(id)], signal);
      return true;
    } catch (thrown) {
      if (isRefusal(thrown, 'already active')) return false;
      throw thrown;
    }
  }

  async update(file: string, id: number, signal: AbortSignal): Promise<void> {
    await this.call('UpdateExport', ['ss', file, expressionOf(id)], signal);
  }

  /** Removes the export and everything that hosts have open in it. */
  async remove(id: number, signal: AbortSignal): Promise<void> {
    try {
      await this.call('RemoveExport', ['q', String(id)], signal);
    } catch (thrown) {
      if (!isRefusal(thrown, UNKNOWN_EXPORT)) throw thrown;
    }
  }

  private async call(method: Method, args: readonly string[], signal: AbortSignal): Promise<string> {
    try {
      const argv: Argv = [...this.busctl, method, ...args];
      if (READING.includes(method)) return await runReading(this.runner, argv, { signal });
      return await this.runner.run(argv, { signal });
    } catch (thrown) {
      throw failure(thrown);
    }
  }
}

const expressionOf = (id: number) => `EXPORT(Export_Id=${id})`;

/** Returns true if Ganesha refused a call with this message. */
function isRefusal(thrown: unknown, words: string): boolean {
  if (!(thrown instanceof DriverError) || !(thrown.cause instanceof CommandFailed)) return false;
  return thrown.cause.stderr.includes(words);
}

/** Parses the answer's arguments from busctl's JSON output. */
function dataOf(text: string): readonly unknown[] {
  try {
    return arrayOf((JSON.parse(text) as { data?: unknown } | null)?.data);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function arrayOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable();
  return value as readonly unknown[];
}

function clientOf(value: unknown): ExportClient {
  const fields = arrayOf(value);
  const [client, options] = [fields[0], fields[8]];
  if (typeof client !== 'string' || typeof options !== 'number') throw unreadable();
  const [, address = '', bits] = /^(.*)\/(\d+)$/.exec(client) ?? [];
  const isHost = bits === { 0: 'none', 4: '32', 6: '128' }[isIP(address)];
  const readable = (options & READ_ACCESS) === 0 ? 'none' : 'ro';
  return {
    client: isHost ? canonicalAddress(address) : client,
    isHost,
    mode: (options & WRITE_ACCESS) === 0 ? readable : 'rw',
  };
}

function unreadable(cause?: unknown): DriverError {
  const message = 'NFS-Ganesha answers in an unknown format; versions 4 to 6 are supported';
  return new DriverError('INTERNAL', message, cause === undefined ? {} : { cause });
}

function failure(thrown: unknown): unknown {
  if (!(thrown instanceof CommandFailed)) return thrown;
  const { stderr } = thrown;
  const because = (code: 'UNAVAILABLE' | 'BUSY' | 'INTERNAL', message: string) =>
    new DriverError(code, message, { cause: thrown });
  if (/was not provided by any|ServiceUnknown/.test(stderr)) {
    return because(
      'UNAVAILABLE',
      'NFS-Ganesha does not answer on D-Bus; is the service nfs-ganesha running?',
    );
  }
  if (/Failed to connect to bus|Failed to set bus address|Failed to open bus/.test(stderr)) {
    return because('UNAVAILABLE', 'D-Bus does not answer; is its daemon running, and the bus_address right?');
  }
  if (/Access denied|Permission denied|rejected/i.test(stderr)) {
    const remedy = 'run the server as root, or set the option "command_prefix"';
    return because('INTERNAL', `D-Bus lets only root control NFS-Ganesha: ${remedy}`);
  }
  if (stderr.includes('operation is in progress')) {
    return because('BUSY', 'another process is changing the exports of NFS-Ganesha');
  }
  return nfsFailure('NFS-Ganesha rejects the export', thrown);
}

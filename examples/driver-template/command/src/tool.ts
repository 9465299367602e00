import {
  DriverError,
  type BackendStats,
  type ExportPage,
  type JsonObject,
  type JsonValue,
} from 'clinker-driver';
import { exportsIn, numberIn, objectIn, targetIn, volumeIn } from './answer.js';
import type { AcmeOptions } from './options.js';
import { complaint, type Command, type Outcome } from './program.js';
import type { Chap, FoundVolume, ListedExport, Storage, Target } from './storage.js';
import type { Transport } from './transport.js';

/** The tool's exit statuses. */
const ABSENT = 3;
const FULL = 4;
const BUSY = 5;

/** A storage that a tool of this host controls. Its commands print JSON, and may be repeated. */
export class Tool implements Storage {
  constructor(
    private readonly options: Pick<AcmeOptions, 'command' | 'storage_password'>,
    private readonly run: Transport<Command, Outcome>,
  ) {}

  async check(signal: AbortSignal): Promise<void> {
    await this.capacity(signal);
  }

  async create(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    await this.ask(['volume-create', volumeId, String(sizeGib)], signal);
  }

  async grow(volumeId: string, sizeGib: number, signal: AbortSignal): Promise<void> {
    await this.ask(['volume-grow', volumeId, String(sizeGib)], signal);
  }

  async remove(volumeId: string, signal: AbortSignal): Promise<void> {
    await this.ask(['volume-remove', volumeId], signal);
  }

  async export(volumeId: string, { username, password }: Chap, signal: AbortSignal): Promise<Target> {
    return targetIn(await this.ask(['export', volumeId], signal, { username, password }));
  }

  async unexport(volumeId: string, signal: AbortSignal): Promise<void> {
    await this.ask(['unexport', volumeId], signal);
  }

  async admit(volumeId: string, initiator: string, signal: AbortSignal): Promise<void> {
    await this.ask(['admit', volumeId, initiator], signal);
  }

  async evict(volumeId: string, initiator: string, signal: AbortSignal): Promise<void> {
    await this.ask(['evict', volumeId, initiator], signal);
  }

  async find(volumeId: string, signal: AbortSignal): Promise<FoundVolume | null> {
    const outcome = await this.run(this.command(['volume-show', volumeId]), signal);
    return outcome.status === ABSENT ? null : volumeIn(answerOf(outcome));
  }

  async exports({ after, limit }: ExportPage, signal: AbortSignal): Promise<readonly ListedExport[]> {
    return exportsIn(await this.ask(['export-list', after ?? '', String(limit)], signal));
  }

  async capacity(signal: AbortSignal): Promise<BackendStats> {
    const { total_gib: total, free_gib: free } = objectIn(await this.ask(['capacity'], signal));
    return { totalGib: numberIn(total, 'total_gib'), freeGib: numberIn(free, 'free_gib') };
  }

  private async ask(
    args: readonly string[],
    signal: AbortSignal,
    secrets: JsonObject = {},
  ): Promise<JsonValue> {
    return answerOf(await this.run(this.command(args, secrets), signal));
  }

  /** The tool reads its secrets from standard input, where no other user of the host can see them. */
  private command(args: readonly string[], secrets: JsonObject = {}): Command {
    const { command, storage_password: storagePassword } = this.options;
    const input = JSON.stringify({ storage_password: storagePassword, ...secrets });
    return { argv: [...command, ...args], input };
  }
}

/** @throws DriverError for an exit status that is no success. Its code decides what the server does. */
function answerOf(outcome: Outcome): JsonValue {
  switch (outcome.status) {
    case 0:
      return parsed(outcome.stdout);
    case ABSENT:
      throw new DriverError('NOT_FOUND', 'the storage does not know the volume, or it is not exported');
    case FULL:
      throw new DriverError('RESOURCE_EXHAUSTED', 'the storage is full');
    case BUSY:
      throw new DriverError('BUSY', 'the storage is busy with the volume');
    default:
      throw new DriverError(
        'INTERNAL',
        `the tool fails with status ${String(outcome.status)}: ${complaint(outcome)}`,
      );
  }
}

function parsed(text: string): JsonValue {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new DriverError('INTERNAL', 'the tool prints no JSON; is it another version?', { cause });
  }
}

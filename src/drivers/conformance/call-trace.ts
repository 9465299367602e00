import { inspect } from 'node:util';
import { isDriverError, type Connection, type VolumeRef } from '../contract/index.js';
import type { KnownSecrets } from './secrets.js';
import { withoutSecrets } from './secrets.js';
import { plainText } from './plain-text.js';

/** Number of calls that a report repeats: the first ones, which make things, and the last ones. */
const FIRST = 10;
const LAST = 20;

const LONGEST_RESULT = 400;

/** Longest text in which credentials are looked for before it is cut, in characters. */
const LONGEST_TEXT = 20_000;

/** The calls of one test into the driver, in words that lead to the same failure again. */
export class CallTrace {
  private readonly names = new Map<string, string>();
  private readonly things: string[] = [];
  private readonly calls: string[] = [];

  constructor(private readonly secrets: KnownSecrets) {}

  /** Notes what the kit does between the calls. */
  note(text: string): void {
    this.calls.push(text);
  }

  /** Notes a call that begins. @returns a function that notes how it ended. */
  begin(method: string, args: readonly unknown[]): (outcome: string) => void {
    const words = args.flatMap((arg) => this.word(arg) ?? []);
    const index = this.calls.push(`${method}(${words.join(', ')})`) - 1;
    return (outcome) => {
      this.calls[index] = `${String(this.calls[index])} → ${outcome}`;
    };
  }

  /** Returns what the calls were about, and the calls, one in each line. */
  lines(): readonly string[] {
    const { calls } = this;
    const left = calls.length - FIRST - LAST;
    const shown =
      left > 1 ? [...calls.slice(0, FIRST), `… ${left} more calls`, ...calls.slice(-LAST)] : calls;
    return [...this.things.slice(0, FIRST + LAST), ...shown].map((line) =>
      plainText(this.secrets.mask(line)),
    );
  }

  private word(arg: unknown): string | null {
    if (Array.isArray(arg)) return `[${arg.map((item) => this.word(item)).join(', ')}]`;
    if (typeof arg !== 'object' || arg === null) return String(arg);
    if ('signal' in arg) return (arg.signal as AbortSignal).aborted ? 'aborted' : null;
    if ('attachmentId' in arg) return this.nameOf('connection', arg as Connection);
    if ('sizeGib' in arg) {
      const volume = arg as VolumeRef;
      const details = volume.exportDetails === null ? '' : ' with its export details';
      return `${this.nameOf('volume', volume)}${details}`;
    }
    return shown(arg, this.secrets);
  }

  private nameOf(kind: 'volume' | 'connection', thing: VolumeRef | Connection): string {
    const id = 'id' in thing ? thing.id : thing.attachmentId;
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const count = [...this.names.values()].filter((name) => name.startsWith(kind)).length;
    const name = `${kind} ${count + 1}`;
    this.names.set(id, name);
    this.things.push(
      'id' in thing
        ? `${name}: ${id}, ${thing.sizeGib} GiB`
        : `${name}: ${thing.mode}, ${shown(thing.connector, this.secrets)}`,
    );
    return name;
  }
}

/** Returns a result as a report shows it: without what its keys call secret, and bounded. */
export function resultInWords(result: unknown, secrets: KnownSecrets): string {
  return result === undefined ? 'done' : shown(withoutSecrets(result), secrets);
}

export function errorInWords(error: unknown): string {
  return `rejected: ${isDriverError(error) ? `${error.code} "${error.message}"` : String(error)}`;
}

/** Masks before it cuts: half a credential would not be found. */
function shown(value: unknown, secrets: KnownSecrets): string {
  const bounds = { depth: 4, maxArrayLength: 5, maxStringLength: LONGEST_TEXT };
  const text = inspect(value, { ...bounds, breakLength: Infinity });
  return plainText(secrets.mask(text), LONGEST_RESULT);
}

import { isDriverError, type CallContext, type DriverLog } from '../contract/index.js';
import { DidNotSettle, NeverSettles, type CallLimits } from './call-limits.js';
import { CallTrace, errorInWords, resultInWords } from './call-trace.js';
import type { DriverUnderTest } from './options.js';
import { checkResult, InvalidResult } from './result-checks.js';
import type { Rule } from './rules.js';
import { KnownSecrets, looksSecret, secretsIn, withoutSecrets } from './secrets.js';
import { textsIn } from './texts.js';

/** What a driver broke besides the test's own requirement. */
export interface Observed {
  readonly rule: Rule;
  readonly found: string;
  readonly cause: string | null;
}

/** A text that others than the driver and the core get to see. */
interface Exposed {
  /** Who shows it, such as "the error of createExport". */
  readonly where: string;
  readonly rule: Rule;
  readonly text: string;
}

/** Methods whose result may have credentials, under keys that say so. */
const GIVING_SECRETS = ['createExport', 'ensureExport', 'initializeConnection'];

/** Methods with a context that reports progress. */
const WITH_PROGRESS = ['createVolume', 'deleteVolume', 'extendVolume'];

/** Most texts that are kept of one test, and the longest of them in characters. */
const MOST_EXPOSED = 10_000;
const LONGEST_EXPOSED = 20_000;

/** Watches the calls of one test into a driver: limits them, notes them, and looks for credentials in what they show. */
export class Observation {
  readonly secrets = new KnownSecrets();
  readonly trace = new CallTrace(this.secrets);
  private readonly invalid = new Map<string, Observed>();
  private readonly hangs: Observed[] = [];
  private readonly hanging = new Set<string>();
  private readonly leaks = new Map<string, Observed>();
  private readonly exposed: Exposed[] = [];

  /** Says which method was not called any more; null if each was. */
  notCalled: NeverSettles | null = null;

  constructor(private readonly limits: CallLimits) {}

  /** For the driver to log to. */
  readonly log: DriverLog = {
    info: (...entry) => this.expose('a log line', 'log', textsIn(entry)),
    warn: (...entry) => this.expose('a log line', 'log', textsIn(entry)),
  };

  /**
   * Returns the driver with every call watched.
   * @param instance what distinguishes it from other instances in the test.
   */
  watched(driver: DriverUnderTest, instance = ''): DriverUnderTest {
    // A proxy of a frozen driver could not replace its methods.
    return new Proxy(Object.create(driver) as DriverUnderTest, {
      get: (_target, key) => {
        const method: unknown = Reflect.get(driver, key, driver);
        if (typeof method !== 'function' || typeof key !== 'string') return method;
        const bound = method.bind(driver) as (...args: readonly unknown[]) => unknown;
        return key === 'validateConnector'
          ? (...args: readonly unknown[]) => this.checked(key, bound, args, instance)
          : (...args: readonly unknown[]) => this.called(key, bound, args, instance);
      },
    });
  }

  /** Waits for something else than a method of the driver, such as a hook. @throws DidNotSettle */
  async wait<T>(what: string, start: () => Promise<T>): Promise<T> {
    return this.noteHang(this.limits.within(what, null, start));
  }

  /** Notes texts that others can read. */
  expose(where: string, rule: Rule, texts: readonly string[]): void {
    for (const text of texts) {
      const entry = { where, rule, text: text.slice(0, LONGEST_EXPOSED) };
      if (this.secrets.areIn(text) || looksSecret(entry.text)) this.noteLeak(entry);
      else if (this.exposed.length < MOST_EXPOSED) this.exposed.push(entry);
    }
  }

  /**
   * Returns what was found, also in texts from before their credentials were known.
   * @param own what the test itself found. Results of a wrong type come before it: they usually cause it.
   */
  findings(own: readonly Observed[]): readonly Observed[] {
    for (const entry of this.exposed) if (this.secrets.areIn(entry.text)) this.noteLeak(entry);
    const invalid = [...this.invalid.values()];
    const others = [...this.hangs, ...this.leaks.values()];
    // A call that does not settle or returns nonsense usually fails its test too.
    const further = own.filter(
      ({ found }) => ![...invalid, ...others].some((one) => found.includes(one.found)),
    );
    return [...invalid, ...further, ...others];
  }

  private async called(
    method: string,
    call: (...args: readonly unknown[]) => unknown,
    args: readonly unknown[],
    instance: string,
  ): Promise<unknown> {
    this.assertSettles(method);
    const context = args.find(isContext) ?? null;
    const before = args.filter((arg) => arg !== context);
    for (const arg of before) this.secrets.add(...secretsIn(exportDetailsIn(arg)));
    const end = this.trace.begin(`${instance}${method}`, args);
    try {
      const given = context && {
        ...context,
        ...(WITH_PROGRESS.includes(method) && { progress: () => undefined }),
      };
      const making = this.limits.within(method, given, (own) =>
        call(...before, ...(given === null ? [] : [own])),
      );
      const result = await this.noteHang(making, method);
      this.noteResult(method, result);
      end(resultInWords(result, this.secrets));
      checkResult(method, before, result);
      return result;
    } catch (error) {
      if (error instanceof InvalidResult) {
        this.noteInvalid(error);
        throw error;
      }
      this.noteError(method, error);
      end(error instanceof DidNotSettle ? error.message : errorInWords(error));
      throw error;
    }
  }

  /** For the method that is not async. */
  private checked(
    method: string,
    call: (...args: readonly unknown[]) => unknown,
    args: readonly unknown[],
    instance: string,
  ): unknown {
    const end = this.trace.begin(`${instance}${method}`, args);
    try {
      const result = call(...args);
      end(result === undefined ? 'done' : 'not undefined');
      return result;
    } catch (error) {
      this.noteError(method, error);
      end(errorInWords(error));
      throw error;
    }
  }

  private assertSettles(method: string): void {
    try {
      this.limits.assertSettles(method);
    } catch (error) {
      if (error instanceof NeverSettles) this.notCalled = error;
      throw error;
    }
  }

  private async noteHang<T>(call: Promise<T>, method: string | null = null): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof DidNotSettle) {
        const cause =
          'a promise that nothing settles: an event without a handler, or a command or request without a limit that ignores `call.signal`';
        this.hangs.push({ rule: 'signal', found: error.message, cause });
        if (method !== null && !error.isOfAborted) {
          if (!this.hanging.has(method)) this.limits.noteHang(method);
          this.hanging.add(method);
        }
      }
      throw error;
    }
  }

  private noteInvalid({ message, rule }: InvalidResult): void {
    const cause =
      'a value has another type than the contract names: texts of a tool or an array are not converted, or `return` is missing';
    this.invalid.set(message, { rule, found: message, cause });
  }

  private noteResult(method: string, result: unknown): void {
    if (!GIVING_SECRETS.includes(method)) {
      this.expose(`the result of ${method}`, 'export-details', textsIn(result));
      return;
    }
    this.secrets.add(...secretsIn(result));
    const where = `the result of ${method}, under a key that does not name a credential,`;
    this.expose(where, 'export-details', textsIn(withoutSecrets(result)));
  }

  private noteError(method: string, error: unknown): void {
    this.expose(`the error of ${method}`, 'secrets', textsIn(error));
  }

  private noteLeak({ where, rule }: Exposed): void {
    const found = `${where} contains a credential`;
    const cause = 'a command line, a URL, a request or a stored object is shown as a whole';
    this.leaks.set(found, { rule, found, cause });
  }
}

function isContext(arg: unknown): arg is CallContext {
  return typeof arg === 'object' && arg !== null && 'signal' in arg;
}

function exportDetailsIn(arg: unknown): unknown {
  return typeof arg === 'object' && arg !== null && 'exportDetails' in arg ? arg.exportDetails : null;
}

/** The text in which a report shows an error, with the places in the driver that it came from. */
export function foundIn(error: unknown): string {
  if (!(error instanceof Error)) return `it failed with ${String(error)}`;
  if (error.name === 'AssertionError') return error.message;
  const code = isDriverError(error) ? `${error.code}: ` : '';
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 3);
  return [`${error.name}: ${code}${error.message}`, ...frames].join('\n');
}

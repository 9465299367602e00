import { DriverError, type CallContext } from '../../drivers/contract/index.js';
import type { DriverWrapper } from '../../drivers/registry/backend-registry.js';
import { stopwatch } from '../../platform/clock.js';
import { FAULTY_CALLS, type FaultPlan } from './fault-plan.js';
import { CallRenderer, type Outcome } from './shown-call.js';

export interface ShownDriverOptions {
  readonly faults: FaultPlan;
  /** Prints the text of a call. */
  readonly print: (text: string) => void;
  /** Ends the process without warning. */
  readonly die: () => void;
}

const SHOWN_CALLS: ReadonlySet<string> = new Set([
  ...FAULTY_CALLS,
  ...['setup', 'teardown', 'validateConnector'],
]);

/** Puts what shows its calls and gets them into trouble around a driver. */
export function shownDriver(options: ShownDriverOptions): DriverWrapper {
  return (driver, secrets) => {
    const renderer = new CallRenderer(secrets);
    const show = (call: string, args: readonly unknown[], ms: number, outcome: Outcome) =>
      options.print(renderer.render(call, args, ms, outcome));
    // A proxy of a frozen driver could not replace its methods.
    return new Proxy(Object.create(driver) as typeof driver, {
      get: (_target, key) => {
        const method: unknown = Reflect.get(driver, key, driver);
        if (typeof method !== 'function' || typeof key !== 'string' || !SHOWN_CALLS.has(key)) return method;
        const call = (...args: unknown[]): unknown => Reflect.apply(method, driver, args);
        if (key === 'validateConnector') return (...args: unknown[]) => shownAtOnce(key, call, args, show);
        return (...args: unknown[]) => shownLater(key, call, args, show, options);
      },
    });
  };
}

type Call = (...args: unknown[]) => unknown;
type Show = (call: string, args: readonly unknown[], ms: number, outcome: Outcome) => void;

function shownAtOnce(name: string, call: Call, args: readonly unknown[], show: Show): unknown {
  const elapsedMs = stopwatch();
  try {
    const result = call(...args);
    show(name, args, elapsedMs(), { result });
    return result;
  } catch (thrown) {
    show(name, args, elapsedMs(), { thrown });
    throw thrown;
  }
}

async function shownLater(
  name: string,
  call: Call,
  args: readonly unknown[],
  show: Show,
  { faults, die }: ShownDriverOptions,
): Promise<unknown> {
  const elapsedMs = stopwatch();
  const fault = faults.take(name);
  try {
    if (fault === 'fail') throw new DriverError('INTERNAL', 'a fault on demand of clinker dev');
    if (fault === 'hang') await aborted(args.at(-1) as CallContext);
    const result = await call(...args);
    show(name, args, elapsedMs(), { result });
    if (fault === 'die') die();
    return result;
  } catch (thrown) {
    show(name, args, elapsedMs(), { thrown });
    throw thrown;
  }
}

/** Rejects when the call is aborted; never ends before. */
function aborted({ signal }: CallContext): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(new DriverError('UNAVAILABLE', 'a fault on demand of clinker dev: it hung'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

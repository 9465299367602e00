import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallContext } from '../contract/index.js';
import type { AnyDriver } from './backend-session.js';

/** Whose code runs: the backend, and its driver as configured. */
export interface DriverScope {
  readonly backend: string;
  readonly driver: string;
  /** Secrets among the backend's options. */
  readonly secrets: readonly string[];
}

const scopes = new AsyncLocalStorage<DriverScope>();

/** Runs work of a driver package, with everything that it starts, such as timers, in the driver's name. */
export function inScope<T>(scope: DriverScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** Returns the driver package whose code runs, or has thrown what nothing caught; undefined for the server's own code. */
export function currentScope(): DriverScope | undefined {
  return scopes.getStore();
}

/** Returns the driver with each of its methods in its scope. */
export function scoped(driver: AnyDriver, scope: DriverScope): AnyDriver {
  // A proxy of a frozen driver could not replace its methods.
  return new Proxy(Object.create(driver) as AnyDriver, {
    get: (_target, key) => {
      const method: unknown = Reflect.get(driver, key, driver);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]): unknown =>
        inScope(scope, () => Reflect.apply(method, driver, withOwnSignal(args, scope)) as unknown);
    },
  });
}

/** Replaces the signal of a call's context by one whose listeners run in the scope, although the server aborts it. */
function withOwnSignal(args: readonly unknown[], scope: DriverScope): readonly unknown[] {
  return args.map((arg) => (isContext(arg) ? { ...arg, signal: signalIn(scope, arg.signal) } : arg));
}

function isContext(arg: unknown): arg is CallContext {
  return typeof arg === 'object' && arg !== null && 'signal' in arg && arg.signal instanceof AbortSignal;
}

function signalIn(scope: DriverScope, given: AbortSignal): AbortSignal {
  const own = new AbortController();
  const abort = () => inScope(scope, () => own.abort(given.reason));
  if (given.aborted) abort();
  else given.addEventListener('abort', abort, { once: true });
  return own.signal;
}

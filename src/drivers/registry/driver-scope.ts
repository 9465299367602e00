import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnyDriver } from './backend-session.js';

/** Whose code runs: the backend, and its driver as configured. */
export interface DriverScope {
  readonly backend: string;
  readonly driver: string;
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
  return new Proxy(driver, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key, target);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]): unknown =>
        inScope(scope, () => Reflect.apply(method, target, args) as unknown);
    },
  });
}

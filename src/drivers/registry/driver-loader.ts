import { collectSecrets } from '../../platform/logging/redact.js';
import type { DriverCapabilities, DriverDefinition, DriverHost, JsonObject } from '../contract/index.js';
import { backendLog } from './backend-log.js';
import type { AnyDriver } from './backend-session.js';
import { DriverLoadError, OptionsInvalid, thrownLine } from './driver-load-error.js';
import { importDriver, isBuiltIn } from './driver-module.js';
import { checkOptions } from './driver-options.js';
import { type MarkedSecrets, markedSecrets } from './marked-secrets.js';
import { inScope, scoped } from './driver-scope.js';
import { checkDefinition, missingMethods } from './driver-shape.js';

/** A backend as configured by the operator. */
export interface BackendConfig {
  /** Unique. Also the name of the backend's state folder. */
  readonly name: string;
  /** A built-in driver, or a package or path resolved from the base folder. */
  readonly driver: string;
  /** Must match the driver's `optionsSchema`. */
  readonly options?: JsonObject;
}

export interface LoadedDriver {
  readonly definition: DriverDefinition;
  /** The definition's capabilities, minus those that the options disable. */
  readonly capabilities: DriverCapabilities;
  readonly driver: AnyDriver;
  /** The configured options with the schema's defaults filled in. */
  readonly options: JsonObject;
  /** Secrets among the options: those under names of secrets, and those that the driver's schema marks. */
  readonly secrets: readonly string[];
}

/** A driver that fits, the options with the schema's defaults filled in, and what the schema says of secrets. */
export interface FoundDriver {
  readonly definition: DriverDefinition;
  readonly options: JsonObject;
  readonly marked: MarkedSecrets;
}

/**
 * Finds a backend's driver and checks it and its options, without creating it.
 * @throws DriverLoadError with a message for the operator.
 */
export async function findDriver(backend: BackendConfig, baseFolder: string): Promise<FoundDriver> {
  const found = checkDefinition(await importDriver(backend.name, backend.driver, baseFolder));
  if ('problem' in found) throw new DriverLoadError(backend.name, backend.driver, found.problem);
  const { optionsSchema } = found.definition;
  const checked = checkOptions(optionsSchema, backend.options ?? {});
  if ('problem' in checked) {
    const Fault = checked.isOfOptions ? OptionsInvalid : DriverLoadError;
    throw new Fault(backend.name, backend.driver, checked.problem);
  }
  const marked = markedSecrets(optionsSchema, backend.options ?? {});
  return { definition: found.definition, options: checked.options, marked };
}

/**
 * Finds a backend's driver, checks it and its options, and creates it. Does not call its `setup`.
 * @throws DriverLoadError with a message for the operator.
 */
export async function loadDriver(
  backend: BackendConfig,
  baseFolder: string,
  host: DriverHost,
): Promise<LoadedDriver> {
  return createDriver(await findDriver(backend, baseFolder), backend, host);
}

/**
 * Creates a backend's driver, and checks that it has the methods of its capabilities.
 * @throws DriverLoadError with a message for the operator.
 */
export function createDriver(
  { definition, options, marked }: FoundDriver,
  backend: BackendConfig,
  host: DriverHost,
): LoadedDriver {
  const secrets = [...collectSecrets(options), ...marked.secrets];
  const scope = { backend: backend.name, driver: backend.driver, secrets };
  const log = backendLog(host.log, backend.name, secrets);
  const calling = <T>(method: string, call: () => T): T => {
    try {
      return inScope(scope, call);
    } catch (cause) {
      const reason = thrownLine(cause, secrets);
      const problem = `${method}() failed: ${reason}. Check the options; code that may fail belongs in setup().`;
      throw new DriverLoadError(backend.name, backend.driver, problem, { cause });
    }
  };

  const driver: AnyDriver = calling('create', () => definition.create(options, { ...host, log }));
  const missing = missingMethods(driver, definition.capabilities);
  if (missing.length > 0) {
    const problem = `it lacks ${missing.join(', ')}. Install a version that has them, or tell its author.`;
    throw new DriverLoadError(backend.name, backend.driver, problem);
  }
  const changed = calling('capabilitiesWith', () => definition.capabilitiesWith?.(options));
  const capabilities = { ...definition.capabilities, ...changed };
  // Its own scope costs each call a little: the built-in drivers need none.
  const contained = isBuiltIn(backend.driver) ? driver : scoped(driver, scope);
  return { definition, capabilities, driver: contained, options, secrets };
}

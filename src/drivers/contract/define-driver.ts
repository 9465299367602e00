import type { JsonObject } from './json.js';
import type { DriverCapabilities, DriverFor } from './volume-driver.js';

/** Version of this contract. A driver declares the version it implements; the server refuses to start with any other. */
export const CONTRACT_VERSION = 1;

/** Services that the server provides to a driver. */
export interface DriverHost {
  /** Name of the backend in the configuration; one driver may serve several. */
  readonly backendName: string;
  /** A folder reserved for this backend. It exists and survives restarts. */
  readonly stateFolder: string;
  /** Structured log of this backend. Entries are redacted, but do not log secrets. */
  readonly log: DriverLog;
}

export interface DriverLog {
  info(message: string, details?: JsonObject): void;
  warn(message: string, details?: JsonObject): void;
}

/** A driver package's default export. */
export interface DriverDefinition<C extends DriverCapabilities = DriverCapabilities> {
  /** Short name for messages and service listings. */
  readonly name: string;
  /** The {@link CONTRACT_VERSION} that the driver implements. */
  readonly contract: number;
  readonly capabilities: C;
  /** Returns, as `false`, the capabilities that a backend's options disable. Absent: the options disable none. */
  capabilitiesWith?(
    options: JsonObject,
  ): Partial<Pick<DriverCapabilities, 'multiattach' | 'readOnlyExports' | 'thin'>>;
  /**
   * JSON Schema (2020-12) of a backend's `options` object. The server validates the options against it, fills in
   * its defaults, and refuses to start when the options are invalid.
   */
  readonly optionsSchema: JsonObject;
  /** Creates the driver of one backend. No side effects: anything that may fail belongs in `setup`. */
  create(options: JsonObject, host: DriverHost): DriverFor<C>;
}

/**
 * Declares a driver. Returns the definition unchanged; it only adds type checks: a driver that declares a capability
 * without implementing its methods does not compile.
 *
 * @example
 * export default defineDriver({
 *   name: 'loopback',
 *   contract: CONTRACT_VERSION,
 *   capabilities: { storageProtocol: 'iSCSI', multiattach: false, readOnlyExports: false, accessControl: 'none', extend: 'none' },
 *   optionsSchema: { type: 'object', properties: { folder: { type: 'string' } }, required: ['folder'], additionalProperties: false },
 *   create: (options, host) => new LoopbackDriver(String(options.folder), host.log),
 * });
 */
export function defineDriver<const C extends DriverCapabilities>(
  definition: DriverDefinition<C>,
): DriverDefinition<C> {
  return definition;
}

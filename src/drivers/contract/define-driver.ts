import type { JsonObject } from './json.js';
import type { DriverCapabilities, DriverFor } from './volume-driver.js';

/** Version of this contract. A driver names the one that it was written for; others are refused at start. */
export const CONTRACT_VERSION = 1;

/** What the server lends to a driver. */
export interface DriverHost {
  /** Name of the backend in the configuration; one driver may serve several. */
  readonly backendName: string;
  /** A folder of this backend's own that exists and outlives restarts. */
  readonly stateFolder: string;
  /** Structured log of this backend; what it is given is redacted, yet is no place for secrets. */
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
  /** What a backend with these options cannot do although the driver can. Absent: the options take nothing away. */
  capabilitiesWith?(
    options: JsonObject,
  ): Partial<Pick<DriverCapabilities, 'multiattach' | 'readOnlyExports'>>;
  /**
   * JSON Schema (2020-12) of the `options` object of a backend. The server checks the options with it, fills in
   * its defaults, and refuses to start when they do not fit.
   */
  readonly optionsSchema: JsonObject;
  /** Makes the driver of one backend. Pure: what may fail belongs into `setup`. */
  create(options: JsonObject, host: DriverHost): DriverFor<C>;
}

/**
 * Declares a driver. Its only effect is on types: a driver that declares a capability without the methods that
 * belong to it does not compile.
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

import type { JsonObject } from './json.js';
import type { OptionsOf } from './options-of.js';
import type { DriverCapabilities, DriverFor } from './volume-driver.js';

/** Version of this contract. A driver declares the version it implements; the server uses no other. */
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

/** The options that `create` gets: those of the schema if it is known in full, else any. */
export type OptionsIn<Schema extends JsonObject> = JsonObject extends Schema
  ? JsonObject
  : unknown extends OptionsOf<Schema>
    ? JsonObject
    : OptionsOf<Schema>;

/** A driver package's default export. */
export interface DriverDefinition<
  C extends DriverCapabilities = DriverCapabilities,
  Schema extends JsonObject = JsonObject,
> {
  /** Short name for messages and service listings. */
  readonly name: string;
  /** The {@link CONTRACT_VERSION} that the driver implements. */
  readonly contract: number;
  readonly capabilities: C;
  /** Returns, as `false`, the capabilities that a backend's options disable. Absent: the options disable none. */
  capabilitiesWith?(
    options: OptionsIn<Schema>,
  ): Partial<Pick<DriverCapabilities, 'multiattach' | 'readOnlyExports' | 'thin'>>;
  /**
   * JSON Schema (2020-12) of a backend's `options` object. The server validates the options against it, fills in
   * its defaults, and refuses to start when the options are invalid. Options marked by `writeOnly: true`, or by the format
   * `password`, are secrets: they are masked wherever options are shown.
   */
  readonly optionsSchema: Schema;
  /** Creates the driver of one backend. No side effects: anything that may fail belongs in `setup`. */
  create(options: OptionsIn<Schema>, host: DriverHost): DriverFor<C>;
}

/**
 * Declares a driver. Returns the definition unchanged; it only adds types: a driver that declares a capability without
 * implementing its methods does not compile, and `create` gets options of the type that the schema describes.
 *
 * @example
 * export default defineDriver({
 *   name: 'loopback',
 *   contract: CONTRACT_VERSION,
 *   capabilities: { storageProtocol: 'iSCSI', multiattach: false, readOnlyExports: false, accessControl: 'none', extend: 'none' },
 *   optionsSchema: { type: 'object', properties: { folder: { type: 'string' } }, required: ['folder'], additionalProperties: false },
 *   create: (options, host) => new LoopbackDriver(options.folder, host.log),
 * });
 */
export function defineDriver<const C extends DriverCapabilities, const Schema extends JsonObject>(
  definition: DriverDefinition<C, Schema>,
): DriverDefinition<C> {
  // The server validates any options against the schema before it calls the functions that want those of the schema.
  return definition as unknown as DriverDefinition<C>;
}

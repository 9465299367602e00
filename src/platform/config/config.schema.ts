import { z } from 'zod';
import type { SecretKey } from './secret-keys.js';
import { backends } from './settings/backends.js';
import { database } from './settings/database.js';
import { events } from './settings/events.js';
import { identity } from './settings/identity.js';
import { limits } from './settings/limits.js';
import { nodes } from './settings/nodes.js';
import { server } from './settings/server.js';
import { traces } from './settings/traces.js';
import { upkeep } from './settings/upkeep.js';

/**
 * All settings with their defaults, bounds and consequences. The table in docs/configuration.md is generated from this
 * schema.
 */
export const configSchema = z.strictObject({
  ...server,
  ...database,
  ...identity,
  ...backends,
  ...nodes,
  ...limits,
  ...upkeep,
  ...events,
  ...traces,
});

/** The configuration in force; frozen at start. */
export type Config = Readonly<Omit<z.infer<typeof configSchema>, 'secret_keys' | 'service_token_rule'>> & {
  /** The keys of secret_keys or secret_keys_file; the first one encrypts. */
  readonly secret_keys: readonly SecretKey[];
  readonly service_token_rule: 'nova' | 'service-only' | 'off';
  /** Base folder for relative driver paths and packages. */
  readonly base_folder: string;
  /** Path of the configuration file. */
  readonly config_file: string | undefined;
};

/** Keys also read from environment variables without the prefix, because those names are customary. */
export const UNPREFIXED: readonly string[] = ['host', 'port', 'database_url', 'log_level'];

/** Variables that the OpenTelemetry specification names, by the key that they set too. */
export const STANDARD_VARIABLES: Readonly<Record<string, string>> = {
  otlp_endpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  otlp_headers: 'OTEL_EXPORTER_OTLP_HEADERS',
};

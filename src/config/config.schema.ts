import { z } from 'zod';
import type { SecretKey } from './secret-keys.js';
import { backends } from './settings/backends.js';
import { identity } from './settings/identity.js';
import { limits } from './settings/limits.js';
import { server } from './settings/server.js';
import { upkeep } from './settings/upkeep.js';

/**
 * Everything an operator can set, with its default, bounds and consequence. The README's table is made
 * from this schema.
 */
export const configSchema = z.strictObject({
  ...server,
  ...identity,
  ...backends,
  ...limits,
  ...upkeep,
});

/** The configuration in force; frozen at start. */
export type Config = Readonly<Omit<z.infer<typeof configSchema>, 'secret_keys' | 'service_token_rule'>> & {
  /** The keys of secret_keys or secret_keys_file; the first one encrypts. */
  readonly secret_keys: readonly SecretKey[];
  readonly service_token_rule: 'nova' | 'service-only' | 'off';
  /** Folder that relative driver paths and packages are resolved from. */
  readonly base_folder: string;
};

/** Keys that are read from the environment without the prefix as well, because their names are customary. */
export const UNPREFIXED: readonly string[] = ['host', 'port', 'database_url', 'log_level'];

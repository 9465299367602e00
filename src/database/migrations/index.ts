import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';
import { Messages1764200000000 } from './1764200000000-messages.js';

/** All migrations in the order in which they are applied. */
export const migrations = [InitialSchema1764000000000, Messages1764200000000] as const;

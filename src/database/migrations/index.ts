import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';

/** All migrations in the order in which they are applied. */
export const migrations = [InitialSchema1764000000000] as const;

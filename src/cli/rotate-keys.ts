import { existsSync } from 'node:fs';
import { ConfigError, loadConfig } from '../platform/config/load-config.js';
import { DatabaseUnusable } from '../platform/database/database-unusable.js';
import { MissingSecretKey, UnreadableSecret } from '../platform/database/secrets/secret-box.js';
import { type Command, UsageError } from './command.js';

/** Encrypts stored credentials with the first key. */
export const rotateKeys: Command = {
  name: 'rotate-keys',
  summary: 'encrypt stored credentials with the first key, even while the server runs',
  readsSettings: true,
  usage:
    'clinker rotate-keys\n\nEncrypts with the first of secret_keys what is stored as plain text or with another key.\n' +
    'Refused while a running server does not encrypt with the first key. Once it reports 0 values, the other keys can be removed.',
  run: async (args, { environment, workingFolder }) => {
    if (args.length > 0) throw new UsageError(`unexpected: ${args.join(' ')}`);
    const { databaseName } = await import('../platform/database/database-name.js');
    const { NoSecretKey, rotateSecrets } = await import('../platform/database/secrets/rotate-secrets.js');
    const { assertServersUse, KeyNotUsed } = await import('../operations/keys-of-others.js');
    try {
      const config = loadConfig(environment, workingFolder);
      const database = databaseName(config);
      // Opening it would create an empty database and report success.
      if (isFile(database) && !existsSync(database))
        throw new DatabaseUnusable(`database ${database} does not exist`);
      const count = await rotateSecrets(config, (keyId, source) => assertServersUse(keyId, source, config));
      console.log(`${String(count)} stored values of the database ${database} were re-encrypted.`);
      return 0;
    } catch (error) {
      const isExpected = [
        ConfigError,
        DatabaseUnusable,
        KeyNotUsed,
        NoSecretKey,
        MissingSecretKey,
        UnreadableSecret,
      ].some((kind) => error instanceof kind);
      console.error(isExpected ? `clinker rotate-keys: ${(error as Error).message}` : error);
      return 1;
    }
  },
};

const isFile = (database: string): boolean => !/^[a-z]+:\/\//.test(database);

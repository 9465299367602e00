import { ConfigError, loadConfig } from '../config/load-config.js';
import { NoSecretKey, rotateSecrets } from '../database/secrets/rotate-secrets.js';
import { UnreadableSecret } from '../database/secrets/secret-box.js';
import { type Command, UsageError } from './command.js';

/** Encrypts stored credentials with the first key. */
export const rotateKeys: Command = {
  name: 'rotate-keys',
  summary: 'encrypt stored credentials with the first key, also while the server runs',
  usage:
    'clinker rotate-keys\n\nEncrypts with the first of secret_keys what is stored as plain text or under another key.\n' +
    'A running server must have been started with the same keys. Afterwards the other keys can be removed.',
  run: async (args) => {
    if (args.length > 0) throw new UsageError(`unexpected: ${args.join(' ')}`);
    try {
      const count = await rotateSecrets(loadConfig(process.env, process.cwd()));
      console.log(`${String(count)} stored values were encrypted anew.`);
      return 0;
    } catch (error) {
      const isExpected = [ConfigError, NoSecretKey, UnreadableSecret].some((kind) => error instanceof kind);
      console.error(isExpected ? `clinker rotate-keys: ${(error as Error).message}` : error);
      return 1;
    }
  },
};

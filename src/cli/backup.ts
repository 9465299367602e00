import { ConfigError, loadConfig } from '../config/load-config.js';
import { BackupRefused, backUpSqlite } from '../database/sqlite-backup.js';
import { type Command, UsageError } from './command.js';

/** Copies the SQLite database while the server runs. */
export const backup: Command = {
  name: 'backup',
  summary: 'copy the SQLite database to a file, also while the server runs',
  usage:
    'clinker backup FILE\n\nFILE must not exist. It holds credentials of connections: keep it as safe as the database.',
  run: async (args) => {
    const [file] = args;
    if (file === undefined || args.length > 1) throw new UsageError('give the one file to write');
    try {
      await backUpSqlite(loadConfig(process.env, process.cwd()), file);
      console.log(`The database was copied to ${file}.`);
      return 0;
    } catch (error) {
      const isExpected = error instanceof ConfigError || error instanceof BackupRefused;
      console.error(isExpected ? `clinker backup: ${error.message}` : error);
      return 1;
    }
  },
};

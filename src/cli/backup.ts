import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '../platform/config/load-config.js';
import { type Command, UsageError } from './command.js';
import { orUsageError } from './server-options.js';

/** Copies the SQLite database while the server runs. */
export const backup: Command = {
  name: 'backup',
  summary: 'copy the SQLite database to a file, even while the server runs',
  readsSettings: true,
  usage:
    'clinker backup [--stopped] FILE\n\nFILE must not exist. It contains credentials of connections: protect it like the database.\n' +
    'Fails if no server has the database open, since it is then likely the wrong one. Use --stopped if the server is not running.',
  run: async (args, { environment, workingFolder }) => {
    const { file, isStopped } = parsed(args);
    const { BackupRefused, backUpSqlite } = await import('../platform/database/sqlite-backup.js');
    try {
      const config = loadConfig(environment, workingFolder);
      const { source, volumes, attachments } = await backUpSqlite(config, file, isStopped);
      console.log(
        `The database ${source} (volumes: ${String(volumes)}, attachments: ${String(attachments)}) was copied to ${file}.`,
      );
      return 0;
    } catch (error) {
      const isExpected = error instanceof ConfigError || error instanceof BackupRefused;
      console.error(isExpected ? `clinker backup: ${error.message}` : error);
      return 1;
    }
  },
};

function parsed(args: readonly string[]): { file: string; isStopped: boolean } {
  const { values, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      options: { stopped: { type: 'boolean', default: false } },
      allowPositionals: true,
    }),
  );
  const [file, ...more] = positionals;
  if (file !== undefined && more.length === 0) return { file, isStopped: values.stopped };
  throw new UsageError('expected exactly one file to write');
}

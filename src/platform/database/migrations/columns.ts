import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** Column types with the same meaning on SQLite, PostgreSQL and MariaDB. */
export interface PortableColumns {
  /** Text of at most `length` characters, compared bytewise. */
  readonly text: (name: string, length: number, more?: Partial<TableColumnOptions>) => TableColumnOptions;
  /** Text without a useful bound, such as JSON. */
  readonly longText: (name: string, more?: Partial<TableColumnOptions>) => TableColumnOptions;
  readonly integer: (name: string) => TableColumnOptions;
  readonly flag: (name: string) => TableColumnOptions;
  /** An instant of {@link Clock}: 26 ASCII characters. */
  readonly instant: (name: string, more?: Partial<TableColumnOptions>) => TableColumnOptions;
}

/** Returns the column types of the migrated database. */
export function portableColumns(runner: QueryRunner): PortableColumns {
  const isMariadb = ['mysql', 'mariadb'].includes(runner.connection.options.type);
  // MariaDB's default collations ignore case, so that two spellings could match one id.
  const bytewise = isMariadb ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  const text: PortableColumns['text'] = (name, length, more) => ({
    name,
    type: 'varchar',
    length: String(length),
    ...bytewise,
    ...more,
  });
  return {
    text,
    longText: (name, more) => ({ name, type: isMariadb ? 'longtext' : 'text', ...bytewise, ...more }),
    integer: (name) => ({ name, type: isMariadb ? 'int' : 'integer' }),
    flag: (name) => ({ name, type: isMariadb ? 'tinyint' : 'boolean', ...(isMariadb ? { width: 1 } : {}) }),
    instant: (name, more) => text(name, 26, more),
  };
}

export function isSqlite(runner: QueryRunner): boolean {
  return runner.connection.options.type === 'sqlite';
}

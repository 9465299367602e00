import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** Column types that mean the same on SQLite, PostgreSQL and MariaDB. */
export interface PortableColumns {
  /** Text of at most `length` characters, compared byte by byte. */
  readonly text: (name: string, length: number, more?: Partial<TableColumnOptions>) => TableColumnOptions;
  /** Text without a useful bound, such as JSON. */
  readonly longText: (name: string, more?: Partial<TableColumnOptions>) => TableColumnOptions;
  readonly integer: (name: string) => TableColumnOptions;
  readonly flag: (name: string) => TableColumnOptions;
  /** An instant of {@link Clock}: 26 ASCII characters. */
  readonly instant: (name: string, more?: Partial<TableColumnOptions>) => TableColumnOptions;
}

/** The column types of the database that a migration runs on. */
export function portableColumns(runner: QueryRunner): PortableColumns {
  const isMariadb = ['mysql', 'mariadb'].includes(runner.connection.options.type);
  // MariaDB's defaults fold case, so that one id could be reached by two spellings.
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

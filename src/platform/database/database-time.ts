import { Injectable } from '@nestjs/common';
import { type Clock, shiftInstant } from '../clock.js';
import type { Dialect } from './data-source.js';
import { SqlExpression } from './sql-expression.js';

/**
 * The database's own time, which all servers on a database share. Retention uses it for dating and expiry, so that a
 * server with a wrong clock deletes nothing (docs/adr/0017). With SQLite, it is the clock of the file's only server.
 */
@Injectable()
export class DatabaseTime {
  constructor(
    readonly dialect: Dialect,
    private readonly clock: Clock,
  ) {}

  /** The current instant as a value of a row. */
  now(): SqlExpression {
    return this.dialect === 'sqlite'
      ? new SqlExpression('?', [this.clock.now()])
      : new SqlExpression(this.at());
  }

  /** Returns SQL for the instant `seconds` after the statement's; before it when negative. Indices can serve it. */
  at(seconds = 0): string {
    if (!Number.isSafeInteger(seconds)) throw new RangeError(`not a number of seconds: ${String(seconds)}`);
    switch (this.dialect) {
      case 'sqlite':
        return `'${shiftInstant(this.clock.now(), seconds * 1000)}'`;
      case 'postgres':
        return `to_char(statement_timestamp() AT TIME ZONE 'UTC' + interval '${seconds} seconds', 'YYYY-MM-DD"T"HH24:MI:SS.US')`;
      case 'mariadb':
        return `DATE_FORMAT(UTC_TIMESTAMP(6) + INTERVAL ${seconds} SECOND, '%Y-%m-%dT%H:%i:%s.%f')`;
    }
  }
}

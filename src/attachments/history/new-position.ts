import type { Dialect } from '../../platform/database/data-source.js';
import { SqlExpression } from '../../platform/database/sql-expression.js';

/**
 * SQLite has one writer: the next position is above all that were committed, and above all that were removed. Elsewhere
 * transactions commit in any order: a number below zero keeps the order within a volume, until the event is given its
 * place after its commit (docs/adr/0035).
 */
const POSITIONS: Readonly<Record<Dialect, SqlExpression>> = {
  sqlite: new SqlExpression(
    "(SELECT 1 + MAX(COALESCE((SELECT MAX(position) FROM attachment_events), 0), COALESCE((SELECT position FROM event_cursors WHERE name = 'removed'), 0)))",
  ),
  postgres: new SqlExpression("-nextval('attachment_event_numbers')"),
  mariadb: new SqlExpression('-NEXTVAL(attachment_event_numbers)'),
};

/** The position of an event that is stored now. */
export function newPosition(dialect: Dialect): SqlExpression {
  return POSITIONS[dialect];
}

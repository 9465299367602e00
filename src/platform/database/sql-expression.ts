import type { SqlValue } from './read-connection.js';

/** SQL that computes a value, with `?` placeholders. A class, so that no value of a client can pass for one. */
export class SqlExpression {
  constructor(
    readonly sql: string,
    readonly parameters: readonly SqlValue[] = [],
  ) {}
}

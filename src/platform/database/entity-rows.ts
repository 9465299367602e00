import { getMetadataArgsStorage, type ValueTransformer } from 'typeorm';
import type { StoredJson } from './json-column.js';
import type { SqlValue } from './read-connection.js';
import { SEALED_COLUMNS, type SealedColumn } from './secrets/sealed-columns.js';
import type { SecretBox } from './secrets/secret-box.js';
import { SqlExpression } from './sql-expression.js';
import type { Tx } from './unit-of-work.js';

/** Values that columns must equal; null is the missing value. */
export type Where<E> = { readonly [P in keyof E]?: Extract<E[P], SqlValue> };

/** A row's values, by property. */
export type Values<E> = { readonly [P in keyof E]: E[P] | SqlExpression };

export interface FindOptions<E> {
  readonly orderBy?: readonly (keyof E & string)[];
  /** Locks the rows until the transaction ends, where the database locks rows. */
  readonly isLocked?: boolean;
}

interface EntityColumn {
  readonly property: string;
  readonly name: string;
  readonly isBoolean: boolean;
  readonly transformer: ValueTransformer | undefined;
  readonly sealed: SealedColumn | undefined;
}

/** A row as the database returns it. */
export type StoredRow = Readonly<Record<string, unknown>>;

/**
 * Frequent statements on an entity's rows (docs/adr/0028): the same few texts each time, so that SQLite compiles them
 * once, and none of the query builder's work. Values are converted and sealed as the entity's columns say.
 */
export class EntityRows<E extends object> {
  readonly table: string;
  private readonly columns: readonly EntityColumn[];
  /** What a SELECT names, by alias. */
  private readonly selected = new Map<string | undefined, string>();

  constructor(
    entity: new () => E,
    private readonly secrets?: SecretBox,
  ) {
    const storage = getMetadataArgsStorage();
    this.table = storage.tables.find(({ target }) => target === entity)?.name ?? entity.name;
    this.columns = storage.filterColumns(entity).map(({ propertyName, options }) => {
      const name = options.name ?? propertyName;
      return {
        property: propertyName,
        name,
        isBoolean: options.type === 'boolean',
        transformer: options.transformer as ValueTransformer | undefined,
        sealed: SEALED_COLUMNS.find(({ table, column }) => table === this.table && column === name)?.name,
      };
    });
    if (secrets === undefined && this.columns.some(({ sealed }) => sealed !== undefined))
      throw new Error(`${this.table} has sealed columns`);
  }

  async find(tx: Tx, where: Where<E>, { orderBy = [], isLocked = false }: FindOptions<E> = {}): Promise<E[]> {
    const { sql, parameters } = this.conditions(where);
    const order =
      orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map((one) => this.nameOf(one)).join(', ')}`;
    const lock = isLocked && tx.locksRows ? ' FOR UPDATE' : '';
    const text = `SELECT ${this.select()} FROM ${this.table} WHERE ${sql}${order}${lock}`;
    return (await tx.statements.rows<StoredRow>(text, parameters)).map((row) => this.entity(row));
  }

  async exists(tx: Tx, where: Where<E>): Promise<boolean> {
    const { sql, parameters } = this.conditions(where);
    const text = `SELECT 1 AS found FROM ${this.table} WHERE ${sql} LIMIT 1`;
    return (await tx.statements.rows(text, parameters)).length > 0;
  }

  /** The ids of rows; reads nothing sealed. */
  async ids(tx: Tx, where: Where<E>): Promise<string[]> {
    const { sql, parameters } = this.conditions(where);
    const rows = await tx.statements.rows<{ id: string }>(
      `SELECT id FROM ${this.table} WHERE ${sql}`,
      parameters,
    );
    return rows.map(({ id }) => id);
  }

  async insert(tx: Tx, values: Values<E>): Promise<void> {
    const { names, sql, parameters } = this.insertion(values);
    await tx.statements.change(`INSERT INTO ${this.table} (${names}) VALUES (${sql})`, parameters);
  }

  /**
   * Changes rows.
   * @param where names the row's id if a sealed column changes.
   * @returns their number.
   */
  async update(tx: Tx, where: Where<E>, changes: Partial<E>): Promise<number> {
    const { sql, parameters } = this.conditions(where);
    const changed = this.columns.filter(({ property }) => valueOf(changes, property) !== undefined);
    const id = valueOf(where, 'id');
    return tx.statements.change(
      `UPDATE ${this.table} SET ${changed.map(({ name }) => `${name} = ?`).join(', ')} WHERE ${sql}`,
      [...changed.map((column) => this.stored(column, id, valueOf(changes, column.property))), ...parameters],
    );
  }

  /** Removes rows. @returns their number. */
  async remove(tx: Tx, where: Where<E>): Promise<number> {
    const { sql, parameters } = this.conditions(where);
    return tx.statements.change(`DELETE FROM ${this.table} WHERE ${sql}`, parameters);
  }

  /** The columns of a SELECT, for {@link entity}; with an alias each is named `alias_column`. */
  select(alias?: string): string {
    const known = this.selected.get(alias);
    if (known !== undefined) return known;
    const names = this.columns
      .map(({ name }) => (alias === undefined ? name : `${alias}.${name} AS ${alias}_${name}`))
      .join(', ');
    this.selected.set(alias, names);
    return names;
  }

  /** Converts a selected row. */
  entity(row: StoredRow, alias?: string): E {
    const prefix = alias === undefined ? '' : `${alias}_`;
    const entity: Record<string, unknown> = {};
    for (const { property, name, isBoolean, transformer } of this.columns) {
      const value = row[prefix + name];
      if (isBoolean) entity[property] = value === null ? null : Boolean(value);
      else if (transformer !== undefined) entity[property] = transformer.from(value);
      else entity[property] = value;
    }
    for (const { property, sealed } of this.columns) {
      const value = entity[property];
      if (sealed !== undefined && value !== null)
        entity[property] = this.secrets?.open(sealed, String(entity['id']), value as StoredJson);
    }
    return entity as E;
  }

  /** The names and values of an INSERT. */
  insertion(values: Values<E>): SqlExpression & { readonly names: string } {
    const id = valueOf(values, 'id');
    const texts: string[] = [];
    const parameters: SqlValue[] = [];
    for (const column of this.columns) {
      const value = valueOf(values, column.property);
      const isExpression = value instanceof SqlExpression;
      texts.push(isExpression ? value.sql : '?');
      if (isExpression) parameters.push(...value.parameters);
      else parameters.push(this.stored(column, id, value));
    }
    return { names: this.select(), sql: texts.join(', '), parameters };
  }

  private conditions(where: Where<E>): SqlExpression {
    const set = this.columns.filter(({ property }) => valueOf(where, property) !== undefined);
    if (set.length === 0) throw new Error(`a statement on ${this.table} needs a condition`);
    const values = set.map(({ property }) => valueOf(where, property) as SqlValue);
    const texts = set.map(({ name }, index) => (values[index] === null ? `${name} IS NULL` : `${name} = ?`));
    return new SqlExpression(
      texts.join(' AND '),
      values.filter((value) => value !== null),
    );
  }

  private nameOf(property: string): string {
    const column = this.columns.find((one) => one.property === property);
    if (column === undefined) throw new Error(`${this.table} has no column for ${property}`);
    return column.name;
  }

  private stored({ name, transformer, sealed }: EntityColumn, id: unknown, value: unknown): SqlValue {
    if (value === undefined) throw new Error(`${this.table}.${name} has no value`);
    const isSealed = sealed !== undefined && value !== null;
    const kept = isSealed ? this.secrets?.seal(sealed, idOf(id, name), value) : value;
    return (transformer === undefined ? kept : transformer.to(kept)) as SqlValue;
  }
}

function idOf(id: unknown, column: string): string {
  if (typeof id !== 'string') throw new Error(`${column} is sealed for a row that is not named by its id`);
  return id;
}

function valueOf(values: object, property: string): unknown {
  return (values as Readonly<Record<string, unknown>>)[property];
}

import type { EntitySubscriberInterface, LoadEvent } from 'typeorm';
import type { StoredJson } from '../json-column.js';
import { SEALED_COLUMNS } from './sealed-columns.js';
import type { SecretBox } from './secret-box.js';

/** Decrypts the sealed columns of every loaded entity, so that no query can forget to. */
export class SecretOpener implements EntitySubscriberInterface<Record<string, unknown>> {
  constructor(private readonly secrets: SecretBox) {}

  afterLoad(entity: Record<string, unknown>, event?: LoadEvent<Record<string, unknown>>): void {
    for (const { name, table, column } of SEALED_COLUMNS) {
      if (event?.metadata.tableName !== table) continue;
      const property = event.metadata.findColumnWithDatabaseName(column)?.propertyName ?? column;
      const stored = entity[property];
      if (typeof stored !== 'object' || stored === null) continue;
      entity[property] = this.secrets.open(name, String(entity['id']), stored satisfies StoredJson);
    }
  }
}

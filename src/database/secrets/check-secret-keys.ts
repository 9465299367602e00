import type { DataSource } from 'typeorm';
import { SEALED_COLUMNS } from './sealed-columns.js';
import { firstRowWith, rowsWithout, storedIn } from './sealed-rows.js';
import type { SecretBox } from './secret-box.js';
import { SEALED_PREFIX } from './sealed-text.js';

/**
 * Proves that what is stored can be read with the configured keys, by one row of each key and column.
 * @throws UnreadableSecret naming the key that is missing or wrong.
 */
export async function checkSecretKeys(source: DataSource, secrets: SecretBox): Promise<void> {
  const known = secrets.keyIds.map((id) => `${SEALED_PREFIX}${id}:`);
  for (const place of SEALED_COLUMNS) {
    for (const prefix of known) {
      const row = await firstRowWith(source, place, prefix);
      if (row !== undefined) secrets.open(place.name, row.id, storedIn(row));
    }
    // Plain text begins with a brace; what is left is encrypted with a key that is not here.
    const [foreign] = await rowsWithout(source, place, [...known, '{'], '', 1);
    if (foreign !== undefined) secrets.open(place.name, foreign.id, storedIn(foreign));
  }
}

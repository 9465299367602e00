import type { DataSource } from 'typeorm';
import { isDuplicate } from '../database-failure.js';
import { jsonColumn, parseJsonColumn } from '../json-column.js';
import { SEALED_COLUMNS } from './sealed-columns.js';
import type { Tx } from '../unit-of-work.js';
import { firstRowWith, rowsWithout, runSql, storedIn } from './sealed-rows.js';
import { type SecretBox, UnreadableSecret } from './secret-box.js';
import { SEALED_PREFIX } from './sealed-text.js';

/** Id of the marker row: the other rows record every key in use. The first start that supports it adds the row. */
const COMPLETE = '';

/** A key that may have been used, and a text encrypted with it. */
interface UsedKey {
  readonly id: string;
  readonly proof: string;
}

const INSERT = 'INSERT INTO secret_keys (id, proof) VALUES (?, ?)';

/**
 * Verifies that stored values can be read with the configured keys. The cost does not depend on the amount of data, except once, for a database of a release that recorded no keys.
 * @throws MissingSecretKey, or UnreadableSecret for a wrong key.
 */
export async function checkSecretKeys(source: DataSource, secrets: SecretBox): Promise<void> {
  const used = await runSql<UsedKey[]>(source, 'SELECT id, proof FROM secret_keys', []);
  if (!used.some(({ id }) => id === COMPLETE)) await noteKeysOf(source, secrets);
  for (const key of used.filter(({ id }) => id !== COMPLETE)) await prove(source, secrets, key);
}

/** Records the encrypting key before its first use. A server that is refused must not: nobody would have the key. */
export async function recordCurrentKey({ statements }: Tx, secrets: SecretBox): Promise<void> {
  const { currentKeyId } = secrets;
  if (currentKeyId === null) return;
  const known = await statements.rows('SELECT id FROM secret_keys WHERE id = ?', [currentKeyId]);
  if (known.length === 0) await statements.change(INSERT, [currentKeyId, proofText(secrets, currentKeyId)]);
}

/** As {@link recordCurrentKey}, for a command. */
export async function noteCurrentKey(source: DataSource, secrets: SecretBox): Promise<void> {
  if (secrets.currentKeyId !== null) await noteKey(source, secrets, secrets.currentKeyId);
}

/** Deletes the records of keys that encrypt nothing any more. */
export async function forgetOtherKeys(source: DataSource, currentKeyId: string): Promise<void> {
  await runSql(source, 'DELETE FROM secret_keys WHERE id NOT IN (?, ?)', [COMPLETE, currentKeyId]);
}

async function prove(source: DataSource, secrets: SecretBox, { id, proof }: UsedKey): Promise<void> {
  if (secrets.keyIds.includes(id)) {
    assertSameKey(secrets, id, proof);
    return;
  }
  // The key may have been configured but never used.
  for (const place of SEALED_COLUMNS) {
    const row = await firstRowWith(source, place, `${SEALED_PREFIX}${id}:`);
    if (row !== undefined) secrets.open(place.name, row.id, storedIn(row));
  }
}

function assertSameKey(secrets: SecretBox, id: string, proof: string): void {
  try {
    secrets.open('secret_keys.proof', id, parseJsonColumn(proof) ?? {});
  } catch (error) {
    if (!(error instanceof UnreadableSecret)) throw error;
    throw new UnreadableSecret(
      `the key ${id} is not the one of this name that the database was used with: its bytes differ`,
    );
  }
}

/** Scans all stored values, for a database whose keys were never recorded. */
async function noteKeysOf(source: DataSource, secrets: SecretBox): Promise<void> {
  const known = secrets.keyIds.map((id) => ({ id, prefix: `${SEALED_PREFIX}${id}:` }));
  const found = new Set<string>();
  for (const place of SEALED_COLUMNS) {
    for (const { id, prefix } of known) {
      const row = await firstRowWith(source, place, prefix);
      if (row === undefined) continue;
      secrets.open(place.name, row.id, storedIn(row));
      found.add(id);
    }
    // Plain text begins with a brace; everything else is encrypted with an unknown key.
    const prefixes = [...known.map(({ prefix }) => prefix), '{'];
    const [foreign] = await rowsWithout(source, place, prefixes, '', 1);
    if (foreign !== undefined) secrets.open(place.name, foreign.id, storedIn(foreign));
  }
  for (const id of found) await noteKey(source, secrets, id);
  await note(source, COMPLETE, '{}');
}

function noteKey(source: DataSource, secrets: SecretBox, id: string): Promise<void> {
  return note(source, id, proofText(secrets, id));
}

const proofText = (secrets: SecretBox, id: string): string => String(jsonColumn.to(secrets.proofOf(id)));

/** Another server may record the same key at the same time. */
async function note(source: DataSource, id: string, proof: string): Promise<void> {
  try {
    await runSql(source, INSERT, [id, proof]);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

import type { Config } from '../../config/config.schema.js';
import type { DataSource } from 'typeorm';
import { createWriter, dialectOf } from '../data-source.js';
import { jsonColumn } from '../json-column.js';
import { migrate } from '../migrate.js';
import { checkSecretKeys, forgetOtherKeys, noteCurrentKey } from './check-secret-keys.js';
import { SEALED_COLUMNS } from './sealed-columns.js';
import { rowsWithout, runSql, storedIn } from './sealed-rows.js';
import { SecretBox } from './secret-box.js';
import { SEALED_PREFIX } from './sealed-text.js';

const BATCH = 200;

/** No key is configured for the rotation. */
export class NoSecretKey extends Error {
  override readonly name = 'NoSecretKey';
}

/**
 * Encrypts with the first key all values stored as plain text or under another key. Servers that know the key may keep
 * running: a row is replaced only if it is unchanged since it was read, so that no newer state is lost. A changed row
 * was written by such a server. Idempotent, and may be interrupted.
 * @param assertInUse throws if a running server does not encrypt with the key.
 * @returns the number of rewritten values.
 * @throws NoSecretKey, MissingSecretKey, UnreadableSecret
 */
export async function rotateSecrets(
  config: Config,
  assertInUse: (keyId: string, source: DataSource) => Promise<void>,
): Promise<number> {
  const secrets = new SecretBox(config.secret_keys);
  if (secrets.currentKeyId === null) throw new NoSecretKey('no encryption key is configured');
  const current = `${SEALED_PREFIX}${secrets.currentKeyId}:`;
  const source = await createWriter(config).initialize();
  try {
    // A busy server leaves the file free for moments alone.
    if (dialectOf(config) === 'sqlite') await source.query('PRAGMA busy_timeout = 60000');
    await migrate(source);
    await checkSecretKeys(source, secrets);
    await assertInUse(secrets.currentKeyId, source);
    await noteCurrentKey(source, secrets);
    let rewritten = 0;
    for (const place of SEALED_COLUMNS) {
      const { name, table, column } = place;
      let after = '';
      for (;;) {
        const rows = await rowsWithout(source, place, [current], after, BATCH);
        for (const row of rows) {
          const sealed = secrets.seal(name, row.id, secrets.open(name, row.id, storedIn(row)));
          await runSql(source, `UPDATE ${table} SET ${column} = ? WHERE id = ? AND ${column} = ?`, [
            String(jsonColumn.to(sealed)),
            row.id,
            row.text,
          ]);
        }
        rewritten += rows.length;
        after = rows.at(-1)?.id ?? after;
        if (rows.length < BATCH) break;
      }
    }
    if (rewritten === 0) await forgetOtherKeys(source, secrets.currentKeyId);
    return rewritten;
  } finally {
    await source.destroy();
  }
}

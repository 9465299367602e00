import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from '../../config/secret-keys.js';
import type { StoredJson } from '../json-column.js';
import { SEALED_PREFIX, SealedText } from './sealed-text.js';
import type { SealedColumn } from './sealed-columns.js';

/** NIST SP 800-38D: 96 bits of nonce, which are random here, and the whole tag. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** A stored secret that cannot be read; the message names the key and the row, never what is in it. */
export class UnreadableSecret extends Error {
  override readonly name = 'UnreadableSecret';
}

/**
 * Encrypts what is stored with the first configured key and decrypts with all of them (docs/adr/0006). Without a key
 * it lets everything through.
 */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly current: SecretKey | undefined;

  constructor(keys: readonly SecretKey[]) {
    this.keys = new Map(keys.map(({ id, bytes }) => [id, bytes]));
    this.current = keys[0];
  }

  /** The id of the key that encrypts, or null. */
  get currentKeyId(): string | null {
    return this.current?.id ?? null;
  }

  get keyIds(): readonly string[] {
    return [...this.keys.keys()];
  }

  /**
   * The object as its column is to hold it. An empty one stays as it is: it says only that there is no connection.
   * The row and the column are authenticated with it, so that it cannot be moved to another row.
   */
  seal(column: SealedColumn, id: string, value: StoredJson): StoredJson {
    if (this.current === undefined || Object.keys(value).length === 0) return value;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.current.bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(place(column, id));
    const ciphertext = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    const payload = Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64');
    return new SealedText(`${SEALED_PREFIX}${this.current.id}:${payload}`);
  }

  /**
   * The object that a column holds; what is not encrypted comes back as it is.
   * @throws UnreadableSecret
   */
  open(column: SealedColumn, id: string, stored: StoredJson): StoredJson {
    if (!(stored instanceof SealedText)) return stored;
    const key = this.keys.get(stored.keyId);
    if (key === undefined) {
      throw new UnreadableSecret(`${column} of ${id} needs the key ${stored.keyId}, which is not configured`);
    }
    const { payload } = stored;
    try {
      const decipher = createDecipheriv(ALGORITHM, key, payload.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(place(column, id));
      decipher.setAuthTag(payload.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const ciphertext = payload.subarray(NONCE_BYTES + TAG_BYTES);
      const text = decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8');
      return JSON.parse(text) as StoredJson;
    } catch {
      throw new UnreadableSecret(
        `${column} of ${id} does not open with the key ${stored.keyId}: it is another key, or the row was changed`,
      );
    }
  }
}

function place(column: SealedColumn, id: string): Buffer {
  return Buffer.from(`${column}:${id}`, 'utf8');
}

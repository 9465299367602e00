import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from '../../config/secret-keys.js';
import { UnavailableHere } from '../../errors.js';
import type { StoredJson } from '../json-column.js';
import { SEALED_PREFIX, SealedText } from './sealed-text.js';
import type { SealedColumn } from './sealed-columns.js';

/** NIST SP 800-38D: a 96-bit nonce, random here, and the full tag. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** Seconds after which a client may try again, perhaps at another server. */
const RETRY_S = 60;

/** A stored secret cannot be decrypted; the message names the key and the row, never the content. */
export class UnreadableSecret extends Error {
  override readonly name = 'UnreadableSecret';
}

/** A stored secret needs a key that this server lacks; another one may have it. The message names the key and the row. */
export class MissingSecretKey extends UnavailableHere {
  override readonly name = 'MissingSecretKey';

  constructor(column: SealedColumn, id: string, keyId: string) {
    super(
      `${column} of ${id} needs the key ${keyId}, which is not configured: add it to secret_keys or secret_keys_file of this server`,
      RETRY_S,
    );
  }
}

/** Encrypts with the first configured key and decrypts with all of them (docs/adr/0006). Without a key, values pass unchanged. */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, SecretKey>;
  private readonly current: SecretKey | undefined;

  constructor(keys: readonly SecretKey[]) {
    this.keys = new Map(keys.map((key) => [key.id, key]));
    this.current = keys[0];
  }

  /** Id of the encrypting key, or null. */
  get currentKeyId(): string | null {
    return this.current?.id ?? null;
  }

  get keyIds(): readonly string[] {
    return [...this.keys.keys()];
  }

  /**
   * Returns the value to store. An empty object stays unencrypted: it only says that there is no connection. Row and
   * column are authenticated, so that the value cannot be moved to another row.
   */
  seal(column: SealedColumn, id: string, value: StoredJson): StoredJson {
    if (this.current === undefined || Object.keys(value).length === 0) return value;
    return sealed(this.current, place(column, id), value);
  }

  /** Encrypts a proof of a configured key, as stored in `secret_keys`. */
  proofOf(keyId: string): StoredJson {
    const key = this.keys.get(keyId);
    if (key === undefined) throw new UnreadableSecret(`the key ${keyId} is not configured`);
    return sealed(key, place('secret_keys.proof', keyId), { key: keyId });
  }

  /**
   * Decrypts a stored value; unencrypted values are returned unchanged.
   * @throws UnreadableSecret, MissingSecretKey
   */
  open(column: SealedColumn, id: string, stored: StoredJson): StoredJson {
    if (!(stored instanceof SealedText)) return stored;
    const key = this.keys.get(stored.keyId);
    if (key === undefined) throw new MissingSecretKey(column, id, stored.keyId);
    const { payload } = stored;
    try {
      const decipher = createDecipheriv(ALGORITHM, key.bytes, payload.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(place(column, id));
      decipher.setAuthTag(payload.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const ciphertext = payload.subarray(NONCE_BYTES + TAG_BYTES);
      const text = decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8');
      return JSON.parse(text) as StoredJson;
    } catch {
      throw new UnreadableSecret(
        `${column} of ${id} cannot be decrypted with the key ${stored.keyId}: the key is wrong, or the row was changed`,
      );
    }
  }
}

function sealed(key: SecretKey, place: Buffer, value: StoredJson): SealedText {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(place);
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  const payload = Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64');
  return new SealedText(`${SEALED_PREFIX}${key.id}:${payload}`);
}

function place(column: SealedColumn, id: string): Buffer {
  return Buffer.from(`${column}:${id}`, 'utf8');
}

/** Prefix of every encrypted column's text; no JSON begins like this. */
export const SEALED_PREFIX = 'sealed:1:';

/** Encrypted form of a JSON column: `sealed:1:<key id>:<base64 of nonce, tag and ciphertext>`. */
export class SealedText {
  constructor(readonly text: string) {}

  static isSealed(text: string): boolean {
    return text.startsWith(SEALED_PREFIX);
  }

  /** Id of the encryption key. */
  get keyId(): string {
    return this.text.slice(SEALED_PREFIX.length, this.text.indexOf(':', SEALED_PREFIX.length));
  }

  /** Nonce, tag and ciphertext. */
  get payload(): Buffer {
    return Buffer.from(this.text.slice(this.text.indexOf(':', SEALED_PREFIX.length) + 1), 'base64');
  }
}

/** Writes values in the format of RFC 4506. */
export class XdrWriter {
  #parts = [];

  u32(...values) {
    for (const value of values) {
      const part = Buffer.alloc(4);
      part.writeUInt32BE(value);
      this.#parts.push(part);
    }
    return this;
  }

  u64(value) {
    const part = Buffer.alloc(8);
    part.writeBigUInt64BE(BigInt(value));
    this.#parts.push(part);
    return this;
  }

  fixed(bytes) {
    this.#parts.push(bytes);
    return this;
  }

  opaque(given) {
    const bytes = Buffer.from(given);
    return this.u32(bytes.length)
      .fixed(bytes)
      .fixed(Buffer.alloc(-bytes.length & 3));
  }

  get bytes() {
    return Buffer.concat(this.#parts);
  }
}

/** Reads the output of {@link XdrWriter}. */
export class XdrReader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  u32() {
    return this.fixed(4).readUInt32BE();
  }

  fixed(length) {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  opaque() {
    const length = this.u32();
    const bytes = this.fixed(length);
    this.fixed(-length & 3);
    return bytes;
  }
}

import { createHash } from 'node:crypto';
import { trimCharacters } from './trim-characters.js';

const HEX_32 = /^[0-9a-f]{32}$/;

/**
 * Returns whether a text is a UUID in any spelling that OpenStack accepts: any case, hyphens optional, with braces or
 * `urn:uuid:`.
 */
export function isUuidLike(text: string): boolean {
  return HEX_32.test(bare(text));
}

/** Returns a UUID that stands for a text: the same for the same text. Version 8, variant 1 (RFC 9562): a custom format. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Returns the canonical spelling of a UUID-like text: lower case, with hyphens. Other texts are returned unchanged. */
export function canonicalUuid(text: string): string {
  const hex = bare(text);
  if (!HEX_32.test(hex)) return text;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function bare(text: string): string {
  return trimCharacters(text.replace('urn:', '').replace('uuid:', ''), '{}')
    .replaceAll('-', '')
    .toLowerCase();
}

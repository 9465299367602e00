import { trimCharacters } from '../platform/trim-characters.js';

/**
 * Sanitizes a host name for attachments (RFC 952, RFC 1123), by Cinder's rules in its order: terraform looks for the
 * sanitized form of the name it gave.
 */
export function sanitizedHostName(name: string): string {
  const kept = [...name]
    .filter((character) => (character.codePointAt(0) ?? 0) <= 0xff)
    .join('')
    .replace(/[ _]/g, '-')
    .replace(/[^\p{L}\p{N}.-]+/gu, '')
    .toLowerCase();
  return trimCharacters(kept, '.-');
}

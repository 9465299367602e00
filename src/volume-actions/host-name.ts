import { trimCharacters } from '../common/trim-characters.js';

/**
 * A host's name as attachments keep it (RFC 952, RFC 1123): terraform looks for the name it gave, so treated. Cinder's
 * rules, in its order.
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

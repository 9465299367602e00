/**
 * Removes `characters` from both ends of `text`. Without a regular expression: one anchored at the end takes quadratic
 * time for a text with many of them elsewhere, and clients choose the text.
 */
export function trimCharacters(text: string, characters: string): string {
  let start = 0;
  while (start < text.length && characters.includes(text.charAt(start))) start += 1;
  return trimCharactersEnd(text.slice(start), characters);
}

/** Removes `characters` from the end of `text`. */
export function trimCharactersEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

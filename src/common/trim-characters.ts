/**
 * `text` without those of `characters` that stand at its ends. By hand: a regular expression for what stands at the end
 * takes quadratic time for a text that has many of them elsewhere, and clients choose the text.
 */
export function trimCharacters(text: string, characters: string): string {
  let start = 0;
  while (start < text.length && characters.includes(text.charAt(start))) start += 1;
  return trimCharactersEnd(text.slice(start), characters);
}

/** `text` without those of `characters` that stand at its end. */
export function trimCharactersEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'false', 'n', 'no', 'off']);

/** Returns whether the text of a query parameter means true. openstacksdk sends false as `False`. */
export function isTrueText(text: string): boolean {
  return !FALSE.has(text.trim().toLowerCase());
}

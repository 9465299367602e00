const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'false', 'n', 'no', 'off']);

/** Whether the text of a query parameter that is given means yes. openstacksdk writes no as `False`. */
export function isTrueText(text: string): boolean {
  return !FALSE.has(text.trim().toLowerCase());
}

/** Lists have few forms; the cap stops clients with varying filters from filling the memory. */
const MOST_TEXTS = 1000;

const known = new Map<string, string>();

/** Replaces `?` by PostgreSQL's `$1`, `$2` and so on. */
export function numberedPlaceholders(sql: string): string {
  let text = known.get(sql);
  if (text === undefined) {
    let position = 0;
    text = sql.replaceAll('?', () => `$${String((position += 1))}`);
    if (known.size < MOST_TEXTS) known.set(sql, text);
  }
  return text;
}

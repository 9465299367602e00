type Schema = Readonly<Record<string, unknown>>;

/**
 * Returns the schema with unnamed keys forbidden. The document itself leaves objects open: later versions of this
 * server may add keys, and clients must tolerate them.
 */
export function closed(schema: Schema): Schema {
  const inside: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) inside[keyword] = closedKeyword(keyword, value);
  const isOpen = 'properties' in schema && !('additionalProperties' in schema);
  return isOpen ? { ...inside, additionalProperties: false } : inside;
}

function closedKeyword(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'properties':
      return Object.fromEntries(
        Object.entries(value as Readonly<Record<string, Schema>>).map(([name, one]) => [name, closed(one)]),
      );
    case 'anyOf':
    case 'oneOf':
      return (value as readonly Schema[]).map(closed);
    case 'items':
    case 'additionalProperties':
      return typeof value === 'object' && value !== null ? closed(value as Schema) : value;
    default:
      return value;
  }
}

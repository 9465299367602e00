const WIDTH = 110;

/** JSON that is pleasant to review: anything that fits on one line stays on one line. */
export function print(value, indent = '') {
  const flat = flatten(value);
  if (flat.length + indent.length <= WIDTH || value === null || typeof value !== 'object') return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + print(item, inner)).join(',\n')}\n${indent}]`;
  }
  const lines = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${print(item, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function flatten(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${flatten(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

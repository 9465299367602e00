/** Where two normalised answers differ: `[{ path, expected, actual }]`, an absent value is undefined. */
export function diff(expected, actual, path = '') {
  if (isPlain(expected) && isPlain(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
    return keys.flatMap((key) => diff(expected[key], actual[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, index) =>
      diff(expected[index], actual[index], `${path}.${index}`),
    ).flat();
  }
  return Object.is(expected, actual) ? [] : [{ path, expected, actual }];
}

function isPlain(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * A fault is compared by envelope and code; its text only where clients read it. The text stays in the
 * difference when the rest differs, because it explains the rest.
 */
export function withoutMessages(answer) {
  const { body } = answer;
  if (answer.status < 400 || !isPlain(body)) return answer;
  const quiet = Object.entries(body).map(([key, value]) =>
    isPlain(value) && typeof value.message === 'string'
      ? [key, { ...value, message: '<text>' }]
      : [key, value],
  );
  return { ...answer, body: Object.fromEntries(quiet) };
}

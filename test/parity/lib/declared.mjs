/**
 * Deliberate differences are data: `{ group?, scenario?, step?, path?, expected?, actual?, when?, why }`. A text
 * must be equal, except that `path` also covers everything below it; a regular expression must match; what is left out
 * matches everything. `when` looks at both answers, the recorded one and ours, for rules about a kind of answer.
 */
function matches(pattern, value) {
  if (pattern === undefined) return true;
  if (pattern instanceof RegExp)
    return pattern.test(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  return pattern === value;
}

function covers(path, actual) {
  if (path === undefined || path instanceof RegExp) return matches(path, actual);
  return actual === path || actual.startsWith(`${path}.`);
}

function applies(entry, { group, scenario, step, expected, actual }, difference) {
  return (
    (entry.when === undefined || (expected !== undefined && entry.when(expected, actual))) &&
    matches(entry.group, group) &&
    matches(entry.scenario, scenario) &&
    matches(entry.step, step) &&
    covers(entry.path, difference.path) &&
    matches(entry.expected, difference.expected) &&
    matches(entry.actual, difference.actual)
  );
}

/**
 * `undeclared`: steps with the differences nobody declared. `declared`: how often each entry was needed.
 * `stale`: entries that were not needed at all, so that the list stays true.
 */
export function judge(steps, entries) {
  const uses = new Map(entries.map((entry) => [entry, 0]));
  const undeclared = [];
  for (const step of steps) {
    const open = step.differences.filter((difference) => {
      const entry = entries.find((candidate) => applies(candidate, step, difference));
      if (entry !== undefined) uses.set(entry, uses.get(entry) + 1);
      return entry === undefined;
    });
    if (open.length > 0) undeclared.push({ ...step, differences: open });
  }
  return { undeclared, declared: uses, stale: entries.filter((entry) => uses.get(entry) === 0) };
}

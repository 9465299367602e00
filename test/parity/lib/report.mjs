const CELL = 70;

const cell = (value) => {
  const text = value === undefined ? '(absent)' : JSON.stringify(value);
  return text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text;
};

const text = (pattern) => (pattern === undefined ? '*' : String(pattern));

/** A table for people: one block per scenario, one line per difference. */
export function report(steps, { undeclared, declared, stale }, { partial = false } = {}) {
  const lines = [];
  let scenario;
  for (const step of undeclared) {
    if (step.scenario !== scenario) lines.push('', `${step.group}: ${step.scenario}`);
    scenario = step.scenario;
    lines.push(`  ${step.step}`);
    for (const { path, expected, actual } of step.differences) {
      lines.push(
        `    ${path.padEnd(40)} recorded ${cell(expected)}`,
        `    ${''.padEnd(40)} now      ${cell(actual)}`,
      );
    }
    lines.push(...explanation(step));
  }
  if (!partial && stale.length > 0) {
    lines.push('', 'Declared differences that no longer occur:');
    lines.push(
      ...stale.map(
        (entry) => `  ${text(entry.scenario)} / ${text(entry.step)} ${text(entry.path)}: ${entry.why}`,
      ),
    );
  }
  const used = [...declared.values()].reduce((sum, count) => sum + count, 0);
  lines.push(
    '',
    `${steps.length} steps; ${undeclared.length} with undeclared differences; ${used} deliberate differences`,
  );
  return lines.join('\n');
}

/** An unexpected fault explains itself by its text. */
function explanation({ actual }) {
  if (actual === undefined || actual.status < 400) return [];
  const message = Object.values(actual.body ?? {}).find(
    (value) => typeof value?.message === 'string',
  )?.message;
  return message === undefined ? [] : [`    says: ${message}`];
}

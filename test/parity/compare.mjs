import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { judge } from './lib/declared.mjs';
import { diff, withoutMessages } from './lib/diff.mjs';
import { unfoldHeaders } from './lib/headers.mjs';
import { report } from './lib/report.mjs';
import { runAll } from './lib/run.mjs';
import { DELIBERATE } from './deliberate.mjs';
import { GROUPS } from './scenarios.mjs';

const FIXTURES = new URL('../fixtures/cinder/', import.meta.url);

/** What the reference answered: the step of a scenario by both names. */
async function recorded(group) {
  const scenarios = JSON.parse(await readFile(new URL(`${group}.json`, FIXTURES), 'utf8'));
  const byName = new Map();
  for (const { scenario, steps } of scenarios) {
    for (const { step, request, answer } of steps) {
      const headers = unfoldHeaders(answer.headers, request.version);
      byName.set(`${scenario}\n${step}`, { ...answer, headers });
    }
  }
  return byName;
}

function compareStep(group, scenario, { step, answer }, expectations) {
  const expected = expectations.get(`${scenario.name}\n${step.name}`);
  const where = { group, scenario: scenario.name, step: step.name };
  if (expected === undefined) throw new Error(`not recorded: ${scenario.name} / ${step.name}`);
  const differences = step.message
    ? diff(expected, answer)
    : diff(withoutMessages(expected), withoutMessages(answer));
  return { ...where, expected, actual: answer, differences };
}

/** A scenario that could not run to its end: a preparing step was refused or nothing answered. */
function broken(group, scenario, error) {
  const differences = [{ path: 'scenario', expected: 'runs', actual: error.message }];
  return { group, scenario: scenario.name, step: '', expected: undefined, actual: undefined, differences };
}

/**
 * Runs every scenario against another server and says, step by step, where its answers differ from the
 * recorded ones: `[{ group, scenario, step, expected, actual, differences: [{ path, expected, actual }] }]`.
 */
export async function replay(baseNoauth, basePersona, { groups = [], parallel } = {}) {
  const chosen = GROUPS.filter(({ group }) => groups.length === 0 || groups.includes(group));
  const everything = chosen.flatMap(({ scenarios }) => scenarios);
  const results = await runAll(everything, { noauth: baseNoauth, keystone: basePersona }, { parallel });
  const steps = [];
  for (const { group, scenarios } of chosen) {
    const expectations = await recorded(group);
    for (const { scenario, steps: answers, error } of results.filter((result) =>
      scenarios.includes(result.scenario),
    )) {
      if (error !== undefined) steps.push(broken(group, scenario, error));
      else steps.push(...answers.map((answer) => compareStep(group, scenario, answer, expectations)));
    }
  }
  return steps;
}

/** Splits the differences into those nobody declared, and declarations that no longer apply. */
export function verdict(steps, deliberate = DELIBERATE) {
  return judge(steps, deliberate);
}

async function main() {
  const { values } = parseArgs({
    options: {
      noauth: { type: 'string' },
      keystone: { type: 'string' },
      group: { type: 'string', multiple: true },
    },
  });
  const steps = await replay(values.noauth, values.keystone, { groups: values.group });
  const judgement = verdict(steps);
  const partial = values.group !== undefined;
  console.log(report(steps, judgement, { partial }));
  process.exitCode = judgement.undeclared.length > 0 || (!partial && judgement.stale.length > 0) ? 1 : 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { foldHeaders } from './lib/headers.mjs';
import { print } from './lib/print.mjs';
import { runAll } from './lib/run.mjs';
import { GROUPS } from './scenarios.mjs';

/**
 * Records what a reference server answers:
 *   node test/parity/record.mjs --noauth URL --keystone URL --out test/fixtures/cinder [--group NAME]
 */
const { values } = parseArgs({
  options: {
    noauth: { type: 'string' },
    keystone: { type: 'string' },
    out: { type: 'string' },
    group: { type: 'string', multiple: true },
  },
});

/** The request as the scenario states it; very long bodies are named by their length. */
function requestOf(step, as) {
  const { method, path, version, headers, body, text } = step;
  const request = { method, path, as: step.as ?? as, version };
  if (headers !== undefined) request.headers = headers;
  if (body !== undefined) request.body = body;
  if (text !== undefined) request.text = text.length > 300 ? `<${text.length} characters>` : text;
  return request;
}

function fixture({ scenario, steps }) {
  return {
    scenario: scenario.name,
    steps: steps.map(({ step, answer }) => ({
      step: step.name,
      request: requestOf(step, scenario.as),
      answer: { ...answer, headers: foldHeaders(answer.headers, step.version) },
    })),
  };
}

let failures = 0;
const groups = GROUPS.filter(({ group }) => values.group === undefined || values.group.includes(group));
const everything = groups.flatMap(({ scenarios }) => scenarios);
const results = await runAll(everything, values, {
  onError: (scenario, error) => {
    failures++;
    console.error(`FAILED ${scenario.name}: ${error.stack}`);
  },
});
await mkdir(values.out, { recursive: true });
for (const { group, scenarios } of groups) {
  const recorded = results.filter(({ scenario }) => scenarios.includes(scenario)).map(fixture);
  await writeFile(join(values.out, `${group}.json`), `${print(JSON.parse(JSON.stringify(recorded)))}\n`);
}
const steps = results.reduce((sum, result) => sum + result.steps.length, 0);
console.log(`${groups.length} groups, ${results.length} scenarios, ${steps} steps, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

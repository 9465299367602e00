import { setTimeout as pause } from 'node:timers/promises';
import { parseBody, send } from './client.mjs';
import { normalise, UuidNumbers } from './normalise.mjs';
import { adminOf, PERSONAS } from './personas.mjs';
import { tidyUp } from './tidy.mjs';
import { Variables } from './variables.mjs';

const VERSION_HEADER = 'OpenStack-API-Version';

/** Runs one scenario against the servers and returns what its recorded steps answered, normalised. */
export async function runScenario(scenario, bases, leftovers) {
  const variables = new Variables();
  const numbers = new UuidNumbers();
  const made = [];
  const results = [];
  try {
    for (const step of scenario.steps) {
      const persona = step.as ?? scenario.as;
      const base = bases[PERSONAS[persona].port];
      const answer = await perform(step, persona, base, variables);
      remember(made, step, answer, persona);
      capture(step, answer, variables);
      if (step.setup) requireSuccess(step, answer, scenario);
      if (step.waitFor) await waitUntil(step.waitFor, persona, base, variables, scenario);
      if (step.pause) await pause(step.pause);
      if (!step.setup) results.push({ step, answer: normalise(answer, step, { variables, numbers, base }) });
    }
  } finally {
    leftovers.push(
      ...(await tidyUp(made, (step, persona) =>
        perform(step, persona, bases[PERSONAS[persona].port], variables),
      )),
    );
  }
  return results;
}

async function perform(step, persona, base, variables) {
  const headers = { Accept: 'application/json' };
  const { token } = PERSONAS[persona];
  if (token !== undefined) headers['X-Auth-Token'] = token;
  if (step.version !== null) headers[VERSION_HEADER] = `volume ${step.version}`;
  const body = bodyOf(step);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    if (value === null) delete headers[name];
    else headers[name] = value;
  }
  const answer = await send(base, {
    method: step.method,
    path: variables.fill(step.path),
    headers: variables.fill(headers),
    body: variables.fill(body),
  });
  return { ...answer, body: parseBody(answer.text) };
}

function bodyOf(step) {
  if (step.text !== undefined) return step.text;
  return step.body === undefined ? undefined : JSON.stringify(step.body);
}

/**
 * Later steps refer to what an answer contained: `capture: { volume: 'volume.id' }`. A refused request has
 * nothing to capture; that shows as a difference of its own.
 */
function capture(step, answer, variables) {
  for (const [name, path] of Object.entries(step.capture ?? {})) {
    const value = at(answer.body, path);
    if (value !== undefined) variables.set(name, value);
  }
}

export function at(body, path) {
  return path.split('.').reduce((value, key) => value?.[key], body);
}

function requireSuccess(step, answer, scenario) {
  if (answer.status < 300) return;
  throw new Error(`${scenario.name} / ${step.name}: ${answer.status} ${answer.text}`);
}

async function waitUntil({ path, field, is }, persona, base, variables, scenario) {
  const deadline = Date.now() + 60_000;
  const step = { method: 'GET', path, version: '3.70' };
  for (;;) {
    const answer = await perform(step, adminOf(persona), base, variables);
    const value = field === 'http' ? answer.status : at(answer.body, field);
    if (value === is) return;
    if (Date.now() > deadline) throw new Error(`${scenario.name}: ${path} is ${value}, not ${is}`);
    await pause(50);
  }
}

function remember(made, step, answer, persona) {
  if (step.method !== 'POST' || answer.status >= 300) return;
  const kind = ['attachment', 'volume', 'volume_type'].find((name) => answer.body?.[name]?.id !== undefined);
  if (kind !== undefined) made.push({ kind, id: answer.body[kind].id, persona: adminOf(persona) });
}

/** Several scenarios at a time; the results keep the order of the scenarios. */
export async function runAll(scenarios, bases, { parallel = 6, onError = () => {} } = {}) {
  const results = new Array(scenarios.length);
  const leftovers = [];
  let next = 0;
  const worker = async () => {
    while (next < scenarios.length) {
      const index = next++;
      try {
        results[index] = {
          scenario: scenarios[index],
          steps: await runScenario(scenarios[index], bases, leftovers),
        };
      } catch (error) {
        onError(scenarios[index], error);
        results[index] = { scenario: scenarios[index], steps: [], error };
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  await removeTypes(leftovers, bases);
  return results;
}

/** A type can go only when its last volume is gone, which happens after the answer to the delete. */
async function removeTypes(leftovers, bases) {
  for (const { id, persona } of leftovers) {
    const step = { method: 'DELETE', path: `/v3/types/${id}`, version: '3.70' };
    for (let tries = 0; tries < 20; tries++) {
      const answer = await perform(step, persona, bases[PERSONAS[persona].port], new Variables());
      if (answer.status !== 400) break;
      await pause(250);
    }
  }
}

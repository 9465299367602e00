import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { documentedAnswers } from '../../src/api/openapi/response-validation.js';
// @ts-expect-error -- plain JavaScript, which also runs against a Cinder without a build
import { GROUPS } from './scenarios.mjs';

interface Step {
  readonly name: string;
  /** Keeps what counts of an answer; the rest is not recorded. */
  readonly pick?: unknown;
}

interface Recorded {
  readonly step: string;
  readonly request: { readonly method: string; readonly path: string };
  readonly answer: {
    readonly status: number;
    readonly headers: 'usual' | Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** What Cinder answers and this server never does, by what does not fit; docs/parity.md tells why. */
const DIFFERENT: readonly RegExp[] = [
  /^POST \/v3\/volumes 202 \/volume\/source_volid must be null$/,
  /^POST \/v3\/volumes\/\{volume_id\}\/action 200 \/connection_info must have required property 'enforce_multipath'$/,
];

/** What does not fit for want of what was not recorded. */
const UNPICKED = /required property|^the body must be object$/;

const json = async (path: string): Promise<any> =>
  JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8'));

/** Answers of the software in front of Cinder's API have no such id. */
const isOfTheApi = ({ answer: { headers, status } }: Recorded): boolean =>
  status < 400
    ? headers === 'usual' || !('x-auth-token' in headers)
    : headers === 'usual' || 'x-compute-request-id' in headers;

/** Placeholders of the recordings, back in the type that they stand for. */
const typed = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (_key, value: unknown) => (value === '<number>' ? 0 : value));

describe('the recorded answers of a real Cinder', () => {
  it('fit openapi.json, but for what docs/parity.md tells', async () => {
    const { paths } = await json('openapi.json');
    const templates = Object.keys(paths).map((path) => ({
      path,
      pattern: new RegExp(`^/v3(/\\{project\\})?${path.replace('/v3', '').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    }));
    const problems: string[] = [];
    let checked = 0;
    for (const { group, scenarios } of GROUPS) {
      for (const { scenario, steps } of await json(`test/fixtures/cinder/${group}.json`)) {
        const known: readonly Step[] = scenarios.find(({ name }: Step) => name === scenario)?.steps ?? [];
        for (const recorded of (steps as readonly Recorded[]).filter(isOfTheApi)) {
          const { method, path: asked } = recorded.request;
          const { status, body } = recorded.answer;
          const [bare = ''] = asked.replace(/\.json(?=\?|$)/, '').split('?');
          const path =
            templates.find((one) => one.path === bare)?.path ??
            templates.find((one) => one.pattern.test(bare) && method.toLowerCase() in paths[one.path])?.path;
          const answer = { method, path, status, body: body === undefined ? undefined : typed(body) };
          const problem = documentedAnswers().problemOf(answer);
          const isPart = known.find(({ name }) => name === recorded.step)?.pick !== undefined;
          checked += path === undefined ? 0 : 1;
          if (problem !== null && !(isPart && UNPICKED.test(problem)))
            problems.push(`${method} ${path} ${status} ${problem}`);
        }
      }
    }
    expect(problems.filter((problem) => !DIFFERENT.some((pattern) => pattern.test(problem)))).toEqual([]);
    expect(DIFFERENT.filter((pattern) => !problems.some((problem) => pattern.test(problem)))).toEqual([]);
    expect(checked).toBeGreaterThan(1300);
  });
});

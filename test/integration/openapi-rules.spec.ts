import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createConfig, lint, lintFromString } from '@redocly/openapi-core';

const DOCUMENT = fileURLToPath(new URL('../../openapi.json', import.meta.url));

/** Redocly's rules, warnings as errors. */
const config = () => createConfig({ extends: ['recommended-strict'] });

const described = (problems: Awaited<ReturnType<typeof lint>>): string[] =>
  problems.map(
    ({ ruleId, message, location: [place] }) => `${ruleId}: ${message} at ${place?.pointer ?? '?'}`,
  );

describe('openapi.json', () => {
  it('keeps the rules of Redocly for API documents', async () => {
    expect(described(await lint({ ref: DOCUMENT, config: await config() }))).toEqual([]);
  });

  it('would not keep them without a summary', async () => {
    const answer = { '200': { description: 'Yes.' } };
    const source = JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'T', version: '1', license: { name: 'L', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      security: [],
      paths: { '/a': { get: { operationId: 'a', responses: answer } } },
    });
    const problems = described(
      await lintFromString({ source, absoluteRef: DOCUMENT, config: await config() }),
    );
    expect(problems).toContainEqual(expect.stringMatching(/^operation-summary: /));
  });
});

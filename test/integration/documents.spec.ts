import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

it('docs/compatibility.md counts the tests of tempest as expected.txt lists them', async () => {
  const counts: Record<string, number> = {};
  let outcome = '';
  for (const line of (await read('test/tempest/expected.txt')).split('\n')) {
    const heading = /^= (\w+)/.exec(line);
    if (heading !== null) outcome = heading[1] ?? '';
    else if (line !== '' && !line.startsWith('#')) counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  const text = await read('docs/compatibility.md');
  const told = (word: string) =>
    Number(new RegExp(`^\\| ${word}\\b[^|]*\\| (\\d+) +\\|$`, 'm').exec(text)?.[1]);
  expect(counts).toEqual({ pass: told('pass'), fail: told('fail'), skip: told('skipped') });
});

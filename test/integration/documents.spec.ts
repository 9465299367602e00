import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Operation {
  readonly 'x-openstack-policy': string | Readonly<Record<string, string>>;
  readonly 'x-openstack-microversion': { readonly min: string; readonly max: string };
}

async function openapi(): Promise<{ readonly paths: Readonly<Record<string, Record<string, Operation>>> }> {
  return JSON.parse(await read('openapi.json')) as never;
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

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

describe('docs/specification.md', () => {
  it('names every policy rule that openapi.json names', async () => {
    const text = await read('docs/specification.md');
    const rules = new Set<string>();
    for (const operations of Object.values((await openapi()).paths))
      for (const { 'x-openstack-policy': rule } of Object.values(operations))
        for (const name of typeof rule === 'object' ? Object.values(rule) : [rule]) rules.add(name);
    expect(rules.size).toBeGreaterThan(50);
    expect([...rules].filter((rule) => !text.includes(`\`${rule}\``))).toEqual([]);
  });

  it('says of every microversion once what it changes, or that it changes nothing', async () => {
    const [, after = ''] = (await read('docs/specification.md')).split('### Changes by version\n');
    const [section = ''] = after.split('\n## ');
    const changes = [...section.matchAll(/^\| 3\.(\d+) /gm)].map(([, minor]) => Number(minor));
    const nothing = [...section.replace(/^\|.*$/gm, '').matchAll(/\b3\.(\d+)(?: to 3\.(\d+))?/g)].flatMap(
      ([, first, last]) => range(Number(first), Number(last ?? first)),
    );
    const operations = Object.values((await openapi()).paths).flatMap((path) => Object.values(path));
    const minors = operations.flatMap(({ 'x-openstack-microversion': { min, max } }) =>
      [min, max].map((version) => Number(version.split('.')[1])),
    );
    expect([...changes, ...nothing].sort((a, b) => a - b)).toEqual(range(0, Math.max(...minors)));
    expect(minors.filter((minor) => !changes.includes(minor) && minor !== Math.max(...minors))).toEqual([]);
  });
});

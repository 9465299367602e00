import { readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { declaredTests } from '../../src/drivers/conformance/declared-tests.js';
import { linkTo, RULES, type Rule } from '../../src/drivers/conformance/rules.js';
import fake from '../../src/drivers/fake/fake.driver.js';
import { MUTANTS } from './all-mutants.js';

const PAGE = new URL('../../docs/conformance.md', import.meta.url);
const CONTRACT = new URL('../../src/drivers/contract/', import.meta.url);
const PARTS = /<!-- generated -->\n|<!-- end of generated -->/;

const rules = Object.keys(RULES) as Rule[];

/** The kit's tests for a driver with every capability; what a test asks of single keys has one row. */
const tests = declaredTests({ definition: fake });

function generated(): string {
  const sections = rules.map((rule) => {
    const own = tests.filter((test) => test.rule === rule);
    const rows = own.map(({ suite, title, cause }) => `| ${suite} | ${title} | ${cause} |`);
    const table = ['| Tests of | Title | Likely cause of a failure |', '| --- | --- | --- |', ...rows];
    // In every test the kit looks for credentials.
    const checked = own.length === 0 ? ['Every test checks this.'] : table;
    return [`### ${rule}`, '', `> ${RULES[rule]}`, '', ...checked].join('\n');
  });
  const mutants = MUTANTS.map(({ driver, fault, caughtBy }) => `| ${driver} | ${fault} | ${caughtBy} |`);
  return [
    '## The contract and its tests',
    ...sections,
    '## Mutants',
    `The kit is measured by ${MUTANTS.length} mutants of our own drivers. Each must be found by the test that is named here, which must find nothing in the intact driver.`,
    ['| Driver | Fault: it … | Found by |', '| --- | --- | --- |', ...mutants].join('\n'),
  ].join('\n\n');
}

/** `npm run docs:conformance` writes the page. */
it('docs/conformance.md lists the tests and mutants', async () => {
  const page = await readFile(PAGE, 'utf8');
  const [before = '', , after = ''] = page.split(PARTS);
  const text = `${before}<!-- generated -->\n\n${generated()}\n\n<!-- end of generated -->${after}`;
  const wanted = await format(text, { ...(await resolveConfig('README.md')), parser: 'markdown' });
  if (process.env.CLINKER_WRITE_DOCS === '1') await writeFile(PAGE, wanted);
  else expect(page).toBe(wanted);
});

it('every rule is a sentence of the contract, and its link leads to it', async () => {
  const files = await readdir(CONTRACT);
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, CONTRACT), 'utf8')));
  const contract = texts
    .join('\n')
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('**', '')
    .replace(/\{@link ([^}]+)\}/g, '`$1`');
  const page = await readFile(PAGE, 'utf8');
  for (const rule of rules) {
    expect(contract).toContain(RULES[rule]);
    expect(page).toContain(`\n### ${rule}\n`);
    expect(linkTo(rule)).toBe(`docs/conformance.md#${rule.toLowerCase()}`);
  }
});

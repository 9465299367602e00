import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';

const { driverContract } = (await import(
  new URL('../../scripts/driver-contract.mjs', import.meta.url).href
)) as {
  driverContract: () => { readonly report: string; readonly reference: string };
};

const formatted = async (text: string) =>
  format(text, { ...(await resolveConfig('README.md')), parser: 'markdown' });

it('the report and the reference of the driver contract are up to date (npm run docs:driver)', async () => {
  const { report, reference } = driverContract();
  expect(await readFile('packages/driver/api-report.md', 'utf8')).toBe(await formatted(report));
  expect(await readFile('docs/driver-reference.md', 'utf8')).toBe(await formatted(reference));
});

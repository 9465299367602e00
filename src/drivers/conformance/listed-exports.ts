import assert from 'node:assert/strict';
import type { CallContext, ExportState } from '../contract/index.js';
import type { DriverUnderTest } from './options.js';

/** Large enough to list a shared backend in a few calls. */
const PAGE = 100;

/** No backend has more exports: a list that goes on does not end. */
const MOST_EXPORTS = 100_000;

/** Lists all of the driver's exports, page by page. @throws AssertionError if a page is out of order or too long. */
export async function listedExports(
  driver: DriverUnderTest,
  call: CallContext,
): Promise<readonly ExportState[]> {
  const listed: ExportState[] = [];
  while (listed.length < MOST_EXPORTS) {
    const page = await exportsAfter(driver, listed.at(-1)?.volumeId ?? null, PAGE, call);
    for (const state of page) listed.push(state);
    if (page.length < PAGE) return listed;
  }
  return assert.fail(`listExports goes on after ${MOST_EXPORTS} exports`);
}

/** Returns one page. @throws AssertionError if it is out of order or too long. */
export async function exportsAfter(
  driver: DriverUnderTest,
  after: string | null,
  limit: number,
  call: CallContext,
): Promise<readonly ExportState[]> {
  const page = await driver.listExports({ after, limit }, call);
  assert.ok(page.length <= limit, `listExports returns ${page.length} exports with a limit of ${limit}`);
  let last = after ?? '';
  for (const { volumeId } of page) {
    assert.ok(volumeId > last, `listExports returns ${volumeId} after ${last}`);
    last = volumeId;
  }
  return page;
}

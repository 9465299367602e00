import assert from 'node:assert/strict';
import type { CallContext, ExportState } from '../contract/index.js';
import type { DriverUnderTest } from './options.js';

/** Large enough to list a shared backend in a few calls. */
const PAGE = 100;

/** Lists all of the driver's exports, page by page. @throws AssertionError if a page is out of order or too long. */
export async function listedExports(
  driver: DriverUnderTest,
  call: CallContext,
  limit = PAGE,
): Promise<readonly ExportState[]> {
  const listed: ExportState[] = [];
  for (;;) {
    const after = listed.at(-1)?.volumeId ?? null;
    const page = await driver.listExports({ after, limit }, call);
    assert.ok(page.length <= limit, `listExports returns ${page.length} exports with a limit of ${limit}`);
    for (const state of page) {
      const last = listed.at(-1)?.volumeId ?? '';
      assert.ok(state.volumeId > last, `listExports returns ${state.volumeId} after ${last}`);
      listed.push(state);
    }
    if (page.length < limit) return listed;
  }
}

/**
 * npm run test:browser: opens /docs in Chromium and clicks through the life of an attachment as the page opens:
 * list, create volume, create attachment, update, complete, delete. With --screenshot FILE keeps a picture.
 * Chromium is looked for where CHROMIUM says, or at /usr/bin/chromium; without one the test is skipped.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ownServer } from '../../scripts/own-server.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const screenshot = process.argv[process.argv.indexOf('--screenshot') + 1];

const PATH = [
  ['listAttachments', '200'],
  ['createVolume', '202'],
  ['createAttachment', '200'],
  ['updateAttachment', '200'],
  ['completeAttachment', '204'],
  ['showVolume', '200'],
  ['deleteAttachment', '200'],
];

if (!existsSync(CHROMIUM)) {
  console.log(`skipped: there is no browser at ${CHROMIUM}; set CHROMIUM`);
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

const server = await ownServer();
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});
let passed = 0;
let failed = 0;
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  page.setDefaultTimeout(10_000);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  // What the page's Content-Security-Policy refuses is told on the console alone.
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) errors.push(line.text());
  });
  await page.goto(`${server.base}/docs`);
  await page.waitForSelector('.opblock');
  for (const [operation, status] of PATH) {
    const block = page.locator(`.opblock[id$="-${operation}"]`);
    try {
      await block.locator('.opblock-summary').click();
      await block.locator('button.execute').click();
      const answer = block.locator('.live-responses-table tbody .response-col_status').first();
      await answer.waitFor();
      assert.equal((await answer.textContent())?.match(/\d{3}/)?.[0], status);
      console.log(`passed: ${operation} answers ${status}`);
      passed += 1;
      if (screenshot !== undefined && screenshot !== process.argv[0] && operation === 'updateAttachment') {
        await block
          .locator('.responses-wrapper')
          .first()
          .evaluate((element) => element.scrollIntoView());
        await page.screenshot({ path: screenshot });
      }
      await block.locator('.opblock-summary').click();
    } catch (error) {
      failed += 1;
      console.log(`failed: ${operation}: ${error.message}`);
    }
  }
  assert.deepEqual(errors, [], 'errors on the page');
} finally {
  await browser.close();
  await server.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

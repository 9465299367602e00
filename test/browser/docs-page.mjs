/**
 * Opens /docs in Chromium and clicks through the life of an attachment as the page opens:
 * list, create volume, create attachment, update, complete, delete. Then it chooses an older microversion. With --screenshot FILE keeps a picture of the page.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { ownServer } from '../../scripts/own-server.mjs';
import { launchChromium, requireChromium } from './chromium.mjs';

const { screenshot } = parseArgs({ options: { screenshot: { type: 'string' } } }).values;

const PATH = [
  ['listAttachments', '200'],
  ['createVolume', '202'],
  ['createAttachment', '200'],
  ['updateAttachment', '200'],
  ['completeAttachment', '204'],
  ['showVolume', '200'],
  ['deleteAttachment', '200'],
];

/** Chooses a microversion by keyboard, before the attachment's mode and completion. */
async function showsVersion(page) {
  await page.locator('#microversion-list').selectOption('3.43');
  await page.locator('#microversion button').press('Enter');
  await page.waitForURL(/microversion=3\.43/);
  await page.waitForSelector('.opblock[id$="-createAttachment"]');
  assert.equal(await page.locator('.opblock[id$="-completeAttachment"]').count(), 0, 'an operation of 3.44');
  const block = page.locator('.opblock[id$="-createAttachment"]');
  await block.locator('.opblock-summary').click();
  const header = block.locator('tr[data-param-name="OpenStack-API-Version"] input');
  await header.waitFor();
  assert.equal(await header.inputValue(), 'volume 3.43');
  const body = JSON.parse(await block.locator('.opblock-section-request-body textarea').inputValue());
  assert.deepEqual(Object.keys(body.attachment), ['volume_uuid', 'instance_uuid']);
}

requireChromium();

const server = await ownServer();
const browser = await launchChromium();
let passed = 0;
let failed = 0;
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  page.setDefaultTimeout(60_000);
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
      await block.locator('.opblock-summary').click();
    } catch (error) {
      failed += 1;
      console.log(`failed: ${operation}: ${error.message}`);
    }
  }
  if (screenshot !== undefined) {
    await page.evaluate(() => globalThis.scrollTo(0, 0));
    await page.screenshot({ path: screenshot });
  }
  try {
    await showsVersion(page);
    console.log('passed: the page of an older microversion');
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`failed: the page of an older microversion: ${error.message}`);
  }
  assert.deepEqual(errors, [], 'errors on the page');
} finally {
  await browser.close();
  await server.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

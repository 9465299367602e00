/**
 * Goes through the life of an attachment at /docs by keyboard alone, then has axe-core look at the page, in light and in dark
 * mode: contrast, names of fields, what the keyboard reaches (WCAG 2.1 AA).
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { ownServer } from '../../scripts/own-server.mjs';
import { launchChromium, requireChromium } from './chromium.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** More than all that can have the focus from one end of the page to the other. */
const MOST_TABS = 600;

const PATH = [
  ['createVolume', '202'],
  ['createAttachment', '200'],
  ['updateAttachment', '200'],
  ['completeAttachment', '204'],
  ['deleteAttachment', '200'],
];

/** One of each method, in an order in which they succeed. */
const SHOWN = ['createVolume', 'createAttachment', 'updateAttachment', 'deleteAttachment', 'listAttachments'];

/** What axe looks at: the rest of the page is more of the same. */
const PARTS = ['#microversion', '.information-container', '.scheme-container', '.opblock.is-open'];

requireChromium();

const server = await ownServer();
const browser = await launchChromium();
const axe = await readFile(AXE, 'utf8');

/** Presses a key until an element has the focus, which it must show. */
async function moveTo(page, key, selector) {
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    await page.keyboard.press(key);
    const outline = await page.evaluate((wanted) => {
      const focused = globalThis.document.activeElement;
      return focused?.matches(wanted) ? globalThis.getComputedStyle(focused).outlineStyle : null;
    }, selector);
    if (outline === null) continue;
    assert.notEqual(outline, 'none', `${selector} does not show that it has the focus`);
    return;
  }
  assert.fail(`${key} does not reach ${selector}`);
}

/** Returns whether an operation is before or after the one that has the focus. */
function keyTowards(page, block) {
  return page.evaluate((selector) => {
    const wanted = globalThis.document.querySelector(selector);
    const isBefore = globalThis.document.activeElement.compareDocumentPosition(wanted) & 2;
    return isBefore === 0 ? 'Tab' : 'Shift+Tab';
  }, block);
}

async function executes(page, operation, status) {
  const block = `.opblock[id$="-${operation}"]`;
  await moveTo(page, await keyTowards(page, block), `${block} .opblock-summary-control`);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`${block} button.execute`);
  await moveTo(page, 'Tab', `${block} button.execute`);
  await page.keyboard.press('Enter');
  const answer = page.locator(`${block} .live-responses-table tbody .response-col_status`).first();
  await answer.waitFor();
  assert.equal((await answer.textContent())?.match(/\d{3}/)?.[0], status);
}

async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(
    async ([include, values]) => {
      const options = { runOnly: values, resultTypes: ['violations'] };
      const found = await globalThis.axe.run({ include }, options);
      return found.violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, any, all }) => `${id}: ${target.join(' ')}: ${[...any, ...all][0]?.message ?? ''}`,
        ),
      );
    },
    [PARTS, RULES],
  );
}

/** Opens a page, sends some of its operations and has axe look at it. */
async function keepsRules(colorScheme) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 }, colorScheme });
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.base}/docs`);
  await page.waitForSelector('.opblock');
  const isDark = await page.evaluate(() =>
    globalThis.document.documentElement.classList.contains('dark-mode'),
  );
  assert.equal(isDark, colorScheme === 'dark');
  for (const operation of SHOWN) {
    const block = page.locator(`.opblock[id$="-${operation}"]`);
    await block.locator('.opblock-summary').click();
    await block.locator('button.execute').click();
    await block.locator('.live-responses-table tbody .response-col_status').first().waitFor();
  }
  await page.locator('.opblock.is-open button.fold').first().click();
  assert.deepEqual(await violations(page), []);
  await page.close();
}

let passed = 0;
let failed = 0;

async function check(title, run) {
  try {
    await run();
    console.log(`passed: ${title}`);
    passed += 1;
  } catch (error) {
    console.log(`failed: ${title}: ${error.message}`);
    failed += 1;
  }
}

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.base}/docs`);
  await page.waitForSelector('.opblock');
  for (const [operation, status] of PATH)
    await check(`by keyboard, ${operation} answers ${status}`, () => executes(page, operation, status));
  await page.close();
  for (const colorScheme of ['light', 'dark'])
    await check(`WCAG 2.1 AA in ${colorScheme} mode`, () => keepsRules(colorScheme));
} finally {
  await browser.close();
  await server.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

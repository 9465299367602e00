/**
 * Sends every operation of /docs in Chromium as the page opens, from top to bottom and back. Each answer must be one that
 * the operation documents, and what was sent must be what the page showed. On the way down an operation that does not
 * succeed must do so after what its description says to send first.
 */
import assert from 'node:assert/strict';
import { ownServer } from '../../scripts/own-server.mjs';
import { launchChromium, requireChromium } from './chromium.mjs';

requireChromium();

const server = await ownServer();
const browser = await launchChromium();
const document = await (await fetch(`${server.base}/openapi.json`)).json();
const operations = new Map(
  Object.values(document.paths)
    .flatMap(Object.values)
    .map((operation) => [operation.operationId, operation]),
);

const resolved = (node) =>
  node.$ref === undefined
    ? node
    : node.$ref
        .slice(2)
        .split('/')
        .reduce((inside, key) => inside[key], document);

/** Returns whether an operation's response goes on as long as the client reads it. */
const isStream = ({ responses }) =>
  resolved(responses['200'] ?? {}).content?.['text/event-stream'] !== undefined;

/** Returns whether a status is the operation's success, or what its example gets instead. */
function isWanted({ responses, 'x-clinker-usual-status': usual }, status) {
  const isNever = (one) => resolved(one).description === 'Never.';
  if (Object.entries(responses).some(([code, one]) => code < '300' && isNever(one))) return status >= 400;
  return status < 300 || status === usual;
}

/**
 * Runs in the page: opens an operation, presses Execute, waits for the answer and closes it again.
 * @returns what the page showed, and the status that it tells.
 */
async function clickThrough(id) {
  const moment = () => new Promise((resolve) => globalThis.setTimeout(resolve, 5));
  const block = globalThis.document.querySelector(`.opblock[id$="-${id}"]`);
  const found = async (selector, isReady = () => true) => {
    for (let tries = 0; tries < 4000; tries += 1) {
      const one = block.querySelector(selector);
      if (one !== null && isReady(one)) return one;
      await moment();
    }
    throw new Error(`${id} has no ${selector}`);
  };
  const values = (selector) => [...block.querySelectorAll(selector)].map(({ value }) => value);
  block.querySelector('.opblock-summary-control').click();
  const execute = await found('button.execute');
  // Only a resolved operation is sent.
  await found('tr[data-param-name="OpenStack-API-Version"] input', ({ value }) => value !== '');
  const path = values('tr[data-param-in="path"] input');
  const [body = null] = values('.opblock-section-request-body textarea');
  execute.click();
  const answer = await found('.live-responses-table tbody .response-col_status');
  const status = Number(/\d{3}/.exec(answer.textContent)?.[0]);
  (await found('.btn-clear')).click();
  block.querySelector('.opblock-summary-control').click();
  return { path, body, status };
}

/** Sends an operation as it stands on the page. */
async function send(page, id) {
  const [request, { path, body, status }] = await Promise.all([
    page.waitForRequest((one) => one.url().includes('/v3/')),
    page.evaluate(clickThrough, id),
  ]);
  const segments = new URL(request.url()).pathname.split('/').map(decodeURIComponent);
  for (const value of path)
    assert.ok(segments.includes(value), `${id} shows ${value}, sent ${request.url()}`);
  assert.equal(request.postData(), body, `the body of ${id}`);
  const { responses } = operations.get(id);
  assert.ok(status in responses && status < 500, `${id} answers ${status}`);
  return status;
}

let passed = 0;
const failures = [];

async function check(id, run) {
  try {
    await run();
    passed += 1;
  } catch (error) {
    failures.push(`${id}: ${error.message}`);
    console.log(`failed: ${id}: ${error.message}`);
  }
}

/** Sends an operation; if that does not succeed, also what its description names, and then the operation again. */
async function sendAsTold(page, id) {
  const operation = operations.get(id);
  let status = await send(page, id);
  if (isWanted(operation, status)) return;
  for (const first of operation['x-clinker-first'] ?? []) await send(page, first);
  status = await send(page, id);
  assert.ok(isWanted(operation, status), `${id} answers ${status} even after what it says to send first`);
}

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(40_000);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) errors.push(line.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.base) && !request.url().startsWith('data:'))
      errors.push(request.url());
  });
  await page.goto(`${server.base}/docs`);
  await page.waitForSelector('.opblock');
  const ids = await page
    .locator('.opblock')
    .evaluateAll((blocks) => blocks.map(({ id }) => id.slice(id.lastIndexOf('-') + 1)));
  assert.deepEqual([...ids].sort(), [...operations.keys()].sort(), 'the operations on the page');
  const sent = ids.filter((id) => !isStream(operations.get(id)));
  for (const id of ids)
    if (!sent.includes(id)) console.log(`skipped: ${id}: Swagger UI waits for the end of a stream`);
  for (const id of sent) await check(id, () => sendAsTold(page, id));
  console.log(`downwards: ${passed} of ${sent.length}`);
  for (const id of sent.toReversed()) await check(id, () => send(page, id));
  assert.deepEqual(errors, [], 'errors on the page');
} finally {
  await browser.close();
  await server.stop();
}
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

/**
 * Opens pages of other sites in Chromium and lets them try what such pages can: read and create volumes by a name of
 * their own that leads to the server (DNS rebinding), by requests and forms to the server's address, in a frame. None
 * may read an answer or change anything, and the server's own page must go on working.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { ownServer } from '../../scripts/own-server.mjs';
import { launchChromium, requireChromium } from './chromium.mjs';

const EVIL = 'evil.example';
const HEADERS = { 'X-Auth-Token': 'admin:victim', 'OpenStack-API-Version': 'volume latest' };
const VOLUME = JSON.stringify({ volume: { size: 1, name: 'made by a page' } });
const PUBLIC = ['/', '/v3/', '/docs', '/docs/swagger-ui-init.js', '/openapi.json', '/healthcheck'];

requireChromium();

const server = await ownServer();
const { port } = new URL(server.base);

/** A site of somebody else; its pages are empty, the test puts into them what they do. */
const site = createServer((_request, response) =>
  response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>a page</title>'),
);
await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
const sitePort = site.address().port;

// The name leads to this machine: on the site's port to the site, on the server's port to the server.
const browser = await launchChromium(
  `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`,
  // A frame in a process of its own may have its answer before the test can see it.
  '--disable-features=IsolateSandboxedIframes',
);

async function volumes() {
  const answer = await fetch(`${server.base}/v3/volumes`, { headers: HEADERS });
  return (await answer.json()).volumes.map(({ name }) => name);
}

/** What a page gets of a request: a status, `opaque`, or nothing where the browser refuses. */
function request(page, url, init = {}) {
  return page.evaluate(
    async ([address, options]) => {
      try {
        const answer = await fetch(address, options);
        return { status: answer.status, type: answer.type, text: (await answer.text()).slice(0, 200) };
      } catch {
        return { status: 0, type: 'refused', text: '' };
      }
    },
    [url, init],
  );
}

const TRIALS = {
  'a page whose name leads here gets 421 for each thing it asks': async (page) => {
    const opened = await page.goto(`http://${EVIL}:${port}/`);
    assert.equal(opened.status(), 421);
    for (const path of [...PUBLIC, '/v3/volumes', '/v3/victim/volumes']) {
      const { status, type } = await request(page, path, { headers: HEADERS });
      // Of the same origin as the page, for the browser: it would show any answer.
      assert.deepEqual([path, status, type], [path, 421, 'basic']);
    }
    const headers = { ...HEADERS, 'Content-Type': 'application/json' };
    const made = await request(page, '/v3/volumes', { method: 'POST', headers, body: VOLUME });
    assert.equal(made.status, 421);
  },

  'nor does the name in upper case or with a dot behind it': async (page) => {
    for (const name of [EVIL.toUpperCase(), `${EVIL}.`]) {
      const opened = await page.goto(`http://${name}:${port}/docs`).catch(() => null);
      assert.notEqual(opened?.status(), 200);
    }
  },

  'a page of another site cannot read or change anything by the address': async (page) => {
    await page.goto(`http://${EVIL}:${sitePort}/`);
    for (const base of [server.base, `http://localhost:${port}`]) {
      for (const path of PUBLIC) {
        const { status, type } = await request(page, base + path);
        assert.deepEqual([path, status, type], [path, 0, 'refused']);
      }
      const headers = { ...HEADERS, 'Content-Type': 'application/json' };
      const made = await request(page, `${base}/v3/volumes`, { method: 'POST', headers, body: VOLUME });
      assert.equal(made.type, 'refused');
      const simple = {
        method: 'POST',
        mode: 'no-cors',
        headers: { 'Content-Type': 'text/plain' },
        body: VOLUME,
      };
      assert.deepEqual(
        (({ status, type }) => [status, type])(await request(page, `${base}/v3/volumes`, simple)),
        [0, 'opaque'],
      );
    }
  },

  'nor can its form, or a form of no origin': async (page) => {
    for (const sandbox of [null, 'allow-forms allow-scripts']) {
      await page.goto(`http://${EVIL}:${sitePort}/`);
      const answered = page.waitForResponse((answer) => answer.url().includes('/v3/volumes'));
      await page.evaluate(
        ([action, inSandbox]) => {
          const form = `<form method="post" action="${action}" enctype="text/plain"><input name="{}"></form>`;
          const frame = globalThis.document.createElement('iframe');
          if (inSandbox !== null) frame.setAttribute('sandbox', inSandbox);
          frame.srcdoc = `${form}<script>document.forms[0].submit()</script>`;
          globalThis.document.body.append(frame);
        },
        [`${server.base}/v3/volumes`, sandbox],
      );
      assert.equal((await answered).status(), 403);
    }
  },

  'its frames, pictures and scripts get nothing': async (page) => {
    await page.goto(`http://${EVIL}:${sitePort}/`);
    const address = `http://localhost:${port}/docs`;
    const answered = page.waitForResponse((answer) => answer.url() === address);
    await page.evaluate((src) => {
      globalThis.document.body.append(Object.assign(globalThis.document.createElement('iframe'), { src }));
    }, address);
    assert.equal((await answered).status(), 403);
    for (const tag of ['img', 'script']) {
      const outcome = await page.evaluate(
        ([name, src]) =>
          new Promise((resolve) => {
            const element = Object.assign(globalThis.document.createElement(name), { src });
            element.onload = () => resolve('loaded');
            element.onerror = () => resolve('refused');
            globalThis.document.body.append(element);
          }),
        [tag, `http://localhost:${port}/docs/swagger-ui-init.js`],
      );
      assert.deepEqual([tag, outcome], [tag, 'refused']);
    }
  },

  'its link to the page of the server may be followed': async (page) => {
    await page.goto(`http://${EVIL}:${sitePort}/`);
    await page.setContent(`<a href="${server.base}/docs">documentation</a>`);
    await Promise.all([page.waitForURL(`${server.base}/docs`), page.click('a')]);
    await page.waitForSelector('.opblock');
  },

  'the page of the server works by each name of loopback': async (page) => {
    for (const name of ['localhost', '127.0.0.1', 'clinker.localhost']) {
      await page.goto(`http://${name}:${port}/docs`);
      await page.waitForSelector('.opblock');
      const { status } = await request(page, '/v3/volumes', { headers: HEADERS });
      assert.equal(status, 200);
      const headers = { ...HEADERS, 'Content-Type': 'application/json' };
      const refused = await request(page, '/v3/volumes', { method: 'POST', headers, body: '{"volume": {}}' });
      assert.equal(refused.status, 400);
    }
  },
};

let passed = 0;
let failed = 0;
try {
  for (const [what, trial] of Object.entries(TRIALS)) {
    const page = await browser.newPage();
    // No page needs this long, but a machine may have other things to do.
    page.setDefaultTimeout(60_000);
    try {
      await trial(page);
      assert.deepEqual(await volumes(), [], 'a page has made a volume');
      console.log(`passed: ${what}`);
      passed += 1;
    } catch (error) {
      console.log(`failed: ${what}: ${error.message}`);
      failed += 1;
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.stop();
  await new Promise((resolve) => {
    site.closeAllConnections();
    site.close(resolve);
  });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * Writes what is generated from the code: `examples` records a real run and every driver's answer for the OpenAPI
 * document, `openapi` writes openapi.json, `config` the README's table of settings. Needs a build.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { walkThrough } from './lifecycle.mjs';
import { ownServer } from './own-server.mjs';

const file = (path) => new URL(`../${path}`, import.meta.url);

async function writeFormatted(path, text, parser) {
  await writeFile(file(path), await format(text, { ...(await resolveConfig('README.md')), parser }));
}

const EXAMPLES = {
  'POST /v3/volumes': 'createVolume',
  'POST /v3/attachments': 'create',
  'PUT /v3/attachments/': 'update',
  'POST /v3/attachments/action': 'complete',
  'GET /v3/attachments/': 'show',
  'GET /v3/attachments': 'list',
  'GET /v3/attachments/detail': 'detail',
  'GET /v3/volumes/': 'showVolume',
  'DELETE /v3/attachments/': 'delete',
};

async function recordExamples() {
  const server = await ownServer();
  const requests = {};
  const responses = {};
  try {
    const ids = await walkThrough(server.base, ({ method, path, body, answer }) => {
      const name = EXAMPLES[`${method} ${path.replace(/[0-9a-f-]{36}\/?/, '')}`];
      if (name === undefined) return;
      if (body !== undefined) requests[name] = body;
      if (answer !== undefined) responses[name] = answer;
    });
    const history = await fetch(`${server.base}/v3/attachments/${ids.attachment_id}/history`, {
      headers: { 'X-Auth-Token': 'admin:demo', 'OpenStack-API-Version': 'volume 3.71' },
    });
    responses.history = await history.json();
    const text = JSON.stringify({ requests, responses, ids })
      .replaceAll(server.base, 'http://127.0.0.1:8776')
      // Secrets of a run are secrets no more once they are in a repository; these are not even that.
      .replace(/("auth_password":)"[^"]*"/g, '$1"an-example-no-secret"');
    await writeFormatted('src/openapi/examples.json', text, 'json');
  } finally {
    await server.stop();
  }
  await recordDrivers();
}

/** The test that compares them with the drivers' answers writes them as well. */
async function recordDrivers() {
  const test = ['node_modules/jest/bin/jest.js', 'test/integration/driver-examples.spec.ts'];
  await promisify(execFile)(process.execPath, ['--experimental-vm-modules', ...test], {
    cwd: file(''),
    env: { ...process.env, CLINKER_RECORD_EXAMPLES: '1' },
  });
}

async function writeOpenapi() {
  const server = await ownServer();
  try {
    const document = await (await fetch(`${server.base}/openapi.json`)).json();
    await writeFile(file('openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
  } finally {
    await server.stop();
  }
}

async function writeConfigTable() {
  const { configTable } = await import(file('dist/config/config-table.js').href);
  const readme = await readFile(file('README.md'), 'utf8');
  const [before, , after] = readme.split(/<!-- configuration -->\n|<!-- end of configuration -->/);
  await writeFormatted(
    'README.md',
    `${before}<!-- configuration -->\n\n${configTable()}\n\n<!-- end of configuration -->${after}`,
    'markdown',
  );
}

const jobs = { examples: recordExamples, openapi: writeOpenapi, config: writeConfigTable };

for (const name of process.argv.slice(2)) await jobs[name]();

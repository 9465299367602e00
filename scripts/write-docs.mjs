/**
 * Writes the files generated from the code: `examples` records a real run and every driver's connection_info for the
 * OpenAPI document, `openapi` writes openapi.json, `client` the generated part of clinker-client, `config`
 * docs/configuration.md, `driver` docs/driver-reference.md and the report of the contract's API. Needs a build.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { driverContract } from './driver-contract.mjs';
import { recordFaults } from './faults.mjs';
import { GENERATED, generatedClient } from './generate-client.mjs';
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

/** The part of an id in a device's world-wide name. */
const nameIn = (id) => id.replaceAll('-', '').slice(0, 25);

async function recordExamples() {
  const { EXAMPLE_IDS } = await import(file('dist/api/openapi/example-ids.js').href);
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
      headers: { 'X-Auth-Token': 'admin:demo', 'OpenStack-API-Version': 'volume latest' },
    });
    responses.history = await history.json();
    const faults = await recordFaults(EXAMPLE_IDS);
    const text = JSON.stringify({ requests, responses, faults, ids })
      .replaceAll(ids.volume_id, EXAMPLE_IDS.volume)
      .replaceAll(nameIn(ids.volume_id), nameIn(EXAMPLE_IDS.volume))
      .replaceAll(ids.attachment_id, EXAMPLE_IDS.attachment)
      .replaceAll(server.base, 'http://127.0.0.1:8776')
      // A run's secrets would be public in the repository; these are not even secrets.
      .replace(/("auth_password":)"[^"]*"/g, '$1"an-example-no-secret"');
    await writeFormatted('src/api/openapi/examples.json', text, 'json');
  } finally {
    await server.stop();
  }
  await recordDrivers();
}

/** The test that compares the examples with the drivers also records them. */
async function recordDrivers() {
  const test = ['node_modules/jest/bin/jest.js', 'test/integration/driver-examples.spec.ts'];
  await promisify(execFile)(process.execPath, test, {
    cwd: file(''),
    env: { ...process.env, CLINKER_RECORD_EXAMPLES: '1' },
  });
}

async function writeOpenapi() {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-'));
  const load = (path) => import(file(`dist/${path}.js`).href);
  const [{ createApp }, { createLogger }, { loadConfig }, { createDocument }] = await Promise.all([
    load('app/create-app'),
    load('platform/logging/logger'),
    load('platform/config/load-config'),
    load('api/openapi/document'),
  ]);
  const config = loadConfig({ CLINKER_DATA_FOLDER: folder, LOG_LEVEL: 'silent' }, folder);
  const app = await createApp(config, createLogger(config));
  try {
    await writeFile(file('openapi.json'), `${JSON.stringify(createDocument(app), null, 2)}\n`);
  } finally {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeClient() {
  const document = JSON.parse(await readFile(file('openapi.json'), 'utf8'));
  for (const [name, text] of Object.entries(await generatedClient(document)))
    await writeFile(file(`${GENERATED}/${name}`), text);
}

async function writeConfigTable() {
  const { configTable } = await import(file('dist/platform/config/config-table.js').href);
  const page = await readFile(file('docs/configuration.md'), 'utf8');
  const [before, , after] = page.split(/<!-- configuration -->\n|<!-- end of configuration -->/);
  await writeFormatted(
    'docs/configuration.md',
    `${before}<!-- configuration -->\n\n${configTable()}\n\n<!-- end of configuration -->${after}`,
    'markdown',
  );
}

async function writeDriverContract() {
  const { report, reference } = driverContract();
  await writeFormatted('packages/driver/api-report.md', report, 'markdown');
  await writeFormatted('docs/driver-reference.md', reference, 'markdown');
}

const jobs = {
  examples: recordExamples,
  openapi: writeOpenapi,
  client: writeClient,
  config: writeConfigTable,
  driver: writeDriverContract,
};

for (const name of process.argv.slice(2)) await jobs[name]();

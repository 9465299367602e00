/**
 * npm run test:prometheus: Debian's Prometheus scrapes a server whose storage hangs and is repaired. Shows that metrics
 * and rules pass promtool, that the alert about stuck attachments fires and clears, and that each query of the dashboard
 * has an answer.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { walkThrough } from '../../scripts/lifecycle.mjs';
import { ownServer } from '../../scripts/own-server.mjs';
import { Checks } from '../dataplane/checks.mjs';
import { until } from '../dataplane/until.mjs';
import { freePort } from '../support/free-port.mjs';
import { startPrometheus } from './prometheus.mjs';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const RULES = join(DEPLOY, 'prometheus/alerts.yml');
const RULE_TESTS = join(DEPLOY, 'prometheus/alerts.test.yml');
const DASHBOARD = join(DEPLOY, 'grafana/clinker.json');
const GATED_DRIVER = fileURLToPath(new URL('gated-driver.mjs', import.meta.url));

const DRIVER_TIMEOUT_MS = 2_000;
/** Age at which an attach counts as stuck here. */
const STUCK_S = 4;

const CONNECTOR = { initiator: 'iqn.1994-05.com.example:node-1', ip: '192.0.2.10', host: 'node-1' };

/** What Grafana would fill in. */
const VARIABLES = { $instance: '.*', $__rate_interval: '20s' };

/** The shipped rules, except that what they wait for takes seconds. */
async function impatientRules() {
  const rules = parse(await readFile(RULES, 'utf8'));
  const [{ rules: alerts }] = rules.groups;
  for (const alert of alerts) if (alert.for !== undefined) alert.for = '1s';
  const stuck = alerts.find(({ alert }) => alert === 'ClinkerAttachmentStuck');
  assert.match(stuck.expr, /> 300$/);
  stuck.expr = stuck.expr.replace(/300$/, String(STUCK_S));
  return rules;
}

async function dashboardQueries() {
  const { panels } = JSON.parse(await readFile(DASHBOARD, 'utf8'));
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => {
      let query = expr;
      for (const [variable, value] of Object.entries(VARIABLES)) query = query.replaceAll(variable, value);
      assert.ok(!query.includes('$'), `${title} has a variable that is not known here: ${query}`);
      return { title, query };
    }),
  );
}

function promtool(args, input) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', input });
  assert.equal(status, 0, `promtool ${args.join(' ')}:\n${stdout}${stderr}`);
  assert.equal(stderr, '', `promtool ${args.join(' ')}`);
}

/** Calls the API as an admin. @param version microversion. */
async function call(method, path, body, version = '3.71') {
  const response = await fetch(`${server.base}/v3${path}`, {
    method,
    headers: {
      'X-Auth-Token': 'admin:demo',
      'OpenStack-API-Version': `volume ${version}`,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** @returns the id of an available volume. */
async function volumeOn(backend) {
  const answer = await call('POST', '/volumes', { volume: { size: 1, volume_type: backend } });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const { id } = answer.body.volume;
  await until('the volume is available', async () => {
    const { status } = (await call('GET', `/volumes/${id}`)).body.volume;
    return status === 'available' ? status : null;
  });
  return id;
}

const attach = (volume, version) =>
  call('POST', '/attachments', { attachment: { volume_uuid: volume, connector: CONNECTOR } }, version);

if (spawnSync('promtool', ['--version']).status !== 0) {
  console.log('FAILED: there is no promtool; install the package prometheus');
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), 'clinker-gate-'));
const gate = join(folder, 'closed');
const metrics = `127.0.0.1:${await freePort()}`;
const server = await ownServer({
  CLINKER_METRICS_PORT: metrics.split(':')[1],
  CLINKER_DRIVER_TIMEOUT_MS: String(DRIVER_TIMEOUT_MS),
  CLINKER_DRIVER_ABORT_GRACE_MS: '200',
  CLINKER_RECONCILE_INTERVAL_S: '1',
  CLINKER_BACKENDS: JSON.stringify([
    { name: 'well', driver: 'fake' },
    { name: 'sick', driver: GATED_DRIVER, options: { gate } },
  ]),
});
const prometheus = await startPrometheus(metrics, await impatientRules());

/** What clients do meanwhile, so that no rate is zero for want of requests. Ends by itself if a request fails. */
let isBusy = true;
async function work() {
  while (isBusy) {
    await walkThrough(server.base);
    await call('GET', '/clinker-consistency');
  }
}

const stuck = async () =>
  (await prometheus.firing()).filter(({ alertname }) => alertname === 'ClinkerAttachmentStuck');
const attachingFor = async () =>
  (await prometheus.query('clinker_attachments_passing_oldest_seconds{status="attaching"}'))[0]?.value;

const checks = new Checks();
const { it } = checks;

it('promtool accepts the rules', () => promtool(['check', 'rules', RULES]));

it('each alert fires and clears in the tests of the rules', async () => {
  const names = parse(await readFile(RULES, 'utf8')).groups[0].rules.map(({ alert }) => alert);
  const { tests } = parse(await readFile(RULE_TESTS, 'utf8'));
  const tried = tests.flatMap(({ alert_rule_test: cases }) => cases);
  for (const name of names) {
    const cases = tried.filter(({ alertname }) => alertname === name);
    const isFired = cases.some(({ exp_alerts: alerts = [] }) => alerts.length > 0);
    const isCleared = (cases.at(-1)?.exp_alerts ?? []).length === 0;
    assert.ok(isFired && isCleared, `${name} is not tested both ways`);
  }
  promtool(['test', 'rules', RULE_TESTS]);
});

it('Prometheus scrapes the server', async () => {
  const [target] = await until('a scrape', async () => {
    const targets = await prometheus.targets();
    return targets.length > 0 && targets.every(({ health }) => health !== 'unknown') ? targets : null;
  });
  assert.deepEqual([target.health, target.lastError], ['up', '']);
});

it('promtool accepts the metrics', async () => {
  promtool(['check', 'metrics'], await (await fetch(`http://${metrics}/metrics`)).text());
});

it('a client that knows no os-complete is not stuck', async () => {
  const { status } = await attach(await volumeOn('well'), '3.27');
  assert.equal(status, 200);
  await until('the attachment has been attaching for long', async () =>
    (await attachingFor()) > STUCK_S + 2 ? true : null,
  );
  assert.deepEqual(await stuck(), []);
});

it('storage that hangs makes the alert fire, and its repair clears it', async () => {
  const volume = await volumeOn('sick');
  await writeFile(gate, '');
  const answer = attach(volume);
  const [alert] = await until('the alert fires', async () => {
    const alerts = await stuck();
    return alerts.length > 0 ? alerts : null;
  });
  assert.equal(alert.kind, 'connect');
  assert.equal((await answer).status, 500);
  await until('the reconciler has tried to end the work', async () =>
    (await prometheus.query('clinker_reconciler_work_total{outcome="failed"}')).length > 0 ? true : null,
  );
  await rm(gate);
  await until('the alert clears', async () => ((await stuck()).length === 0 ? true : null));
  assert.ok((await attachingFor()) > STUCK_S, 'the other client is attaching still');
  assert.equal((await attach(volume)).status, 200, 'the volume can be attached again');
});

it('each query of the dashboard has an answer', async () => {
  // Something to find: a volume that nobody is creating.
  const lost = await volumeOn('well');
  const action = { 'os-reset_status': { status: 'creating' } };
  const reset = await call('POST', `/volumes/${lost}/action`, action);
  assert.equal(reset.status, 202, JSON.stringify(reset.body));
  isBusy = true;
  const busy = work();
  const queries = await dashboardQueries();
  assert.ok(queries.length > 30, 'the dashboard has its queries');
  for (const { title, query } of queries) {
    await until(`${title} has no value: ${query}`, async () =>
      (await prometheus.query(query)).some(({ value }) => Number.isFinite(value)) ? true : null,
    );
  }
  isBusy = false;
  await busy;
});

it('the rules ask for series that the server has', async () => {
  const { rules } = parse(await readFile(RULES, 'utf8')).groups[0];
  const names = new Set(rules.flatMap(({ expr }) => expr.match(/\bclinker_\w+/g) ?? []));
  assert.ok(names.size >= 7, 'the names of series are found in the rules');
  for (const name of names) assert.notDeepEqual(await prometheus.query(name), [], name);
});

try {
  for (const name of ['well', 'sick']) {
    const type = { name, extra_specs: { volume_backend_name: name } };
    assert.equal((await call('POST', '/types', { volume_type: type })).status, 200);
  }
  process.exitCode = (await checks.run(process.argv[2])) ? 0 : 1;
} finally {
  await prometheus.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

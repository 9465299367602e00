import { afterEach, describe, expect, it } from '@jest/globals';
import { DatabaseTime } from '../../src/platform/database/database-time.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;

afterEach(() => server.close());

const having = (...names: string[]): Record<string, string> => ({
  CLINKER_BACKENDS: JSON.stringify(names.map((name) => ({ name, driver: 'fake' }))),
});

async function start(...names: string[]): Promise<Api> {
  server = await createTestApp({ settings: having(...names), personas: true });
  return server.api;
}

/** Starts the server anew, with other backends, on the same database. */
async function restart(...names: string[]): Promise<Api> {
  const before = server;
  await server.stop();
  server = await createTestApp({ settings: having(...names), personas: true, continueFrom: before });
  return server.api.of(before.api.project);
}

const put = (api: Api, action: string, body: object): Promise<Answer> =>
  api.send('PUT', `/v3/os-services/${action}`, { binary: 'cinder-volume', ...body });

async function services(api: Api): Promise<string[]> {
  const { body } = await api.get('/v3/os-services');
  return body.services.map((one: any) =>
    [one.host, one.status, one.state, one.disabled_reason].filter((part) => part !== null).join(' '),
  );
}

/** Writes a report of another server, so many seconds from now by the database's clock. */
async function report(backend: string, inS: number): Promise<void> {
  const at = server.app.get(DatabaseTime, { strict: false }).at(inS);
  await server.app
    .get(UnitOfWork)
    .run((tx) =>
      tx.statements.change(
        `INSERT INTO backend_services (backend, disabled, is_up, reported_at, volumes, gigabytes) VALUES (?, ?, ?, ${at}, 1, 1)`,
        [backend, false, true],
      ),
    );
}

const UNKNOWN = 'This server has no backend of this name.';

describe('the service of a backend', () => {
  it('is disabled with a reason and enabled again, as in Cinder', async () => {
    const api = await start('a', 'b');
    const reason = '<script>alert(1)</script>';
    const disabled = await put(api, 'disable-log-reason', { host: 'clinker@a', disabled_reason: reason });
    expect([disabled.status, disabled.body]).toEqual([
      200,
      {
        ...{ host: 'clinker@a', service: '', binary: 'cinder-volume' },
        ...{ status: 'disabled', disabled: true, disabled_reason: reason },
      },
    ]);
    expect(await services(api)).toEqual([`clinker@a disabled up ${reason}`, 'clinker@b enabled up']);
    const enabled = await put(api, 'enable', { host: 'clinker@a' });
    expect([enabled.body.status, enabled.body.disabled]).toEqual(['enabled', false]);
    expect(await services(api)).toEqual(['clinker@a enabled up', 'clinker@b enabled up']);
  });

  it('stays disabled while its backend is not configured', async () => {
    const api = await start('a', 'b');
    await put(api, 'disable', { host: 'clinker@a' });
    const without = await restart('b');
    expect(await services(without)).toEqual(['clinker@b enabled up', `clinker@a disabled down ${UNKNOWN}`]);
    expect((await put(without, 'enable', { host: 'clinker@a' })).status).toBe(200);
    expect(await services(without)).toEqual(['clinker@b enabled up']);
    await put(without, 'disable', { host: 'clinker@a' });
    expect(await services(await restart('a', 'b'))).toEqual([
      'clinker@a disabled up',
      'clinker@b enabled up',
    ]);
  });

  it.each([
    ['unknown', { host: 'clinker@none' }, 404],
    ['of another server', { host: 'other@a' }, 404],
    ['a pool', { host: 'clinker@a#a' }, 404],
    ['no volume service', { host: 'clinker@a', binary: 'cinder-scheduler' }, 404],
    ['without a host', {}, 400],
    ['with a key too many', { host: 'clinker@a', more: 1 }, 400],
    ['with NUL', { host: 'clinker@a\u0000' }, 400],
  ])('%s is refused', async (_, body, status) => {
    expect((await put(await start('a'), 'disable', body)).status).toBe(status);
  });

  it('is not for tenants', async () => {
    const api = await start('a');
    const { status, message } = await put(api.as('member,reader'), 'disable', { host: 'clinker@a' });
    expect([status, message]).toEqual([
      403,
      "Policy doesn't allow volume_extension:services:update to be performed.",
    ]);
    expect(await services(api)).toEqual(['clinker@a enabled up']);
  });

  it('that only others have is up by their last report, not by one from before the clock was set back', async () => {
    const api = await start('a');
    await report('elsewhere', -5);
    await report('old', -3600);
    await report('future', 3600);
    expect(await services(api)).toEqual([
      'clinker@a enabled up',
      'clinker@elsewhere enabled up',
      `clinker@future enabled down ${UNKNOWN}`,
      `clinker@old enabled down ${UNKNOWN}`,
    ]);
  });
});

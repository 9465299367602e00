import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Backend } from '../../src/drivers/registry/backend.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import {
  SIMULATED_BACKENDS,
  type SimulatedBackend,
  type SimulatedBackendName,
} from '../support/storage/simulated-backends.js';
import { type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const GOOD = { host: 'node-1', ip: '192.0.2.1', initiator: 'iqn.1993-08.org.debian:01:node-1' };

const NO_NAMES: readonly unknown[] = [42, { a: 'b' }, 'a\nb', 'a\u0000b', 'x'.repeat(300)];
const HOSTILE: readonly string[] = [
  '; rm -rf /',
  '$(id)',
  "a' b",
  'a" b',
  '--op=delete',
  '../../etc/passwd',
  'a,b',
];

/** Values that the server rejects for every driver, and further ones per driver. */
const FORGED: Readonly<Record<SimulatedBackendName, Readonly<Record<string, readonly unknown[]>>>> = {
  fake: { initiator: [undefined] },
  'lvm with tgt': { initiator: [undefined, null, '', 'ALL', ...HOSTILE] },
  'lvm with LIO': { initiator: [undefined, null, '', ...HOSTILE] },
  nfs: {},
  'nfs-server': { ip: [undefined, null, '', '10.0.0.256', '10.0.0.0/8', 'localhost', ...HOSTILE] },
  'nfs-server with Ganesha': { ip: [undefined, null, '', '10.0.0.256', 'fe80::1%eth0', '*', ...HOSTILE] },
};

const log = { info: () => undefined, warn: () => undefined };

function forged(field: string, value: unknown): Record<string, unknown> {
  return value === undefined
    ? Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== field))
    : { ...GOOD, [field]: value };
}

describe.each(Object.keys(SIMULATED_BACKENDS) as SimulatedBackendName[])('%s', (name) => {
  let made: SimulatedBackend;
  let server: TestApp;
  let api: Api;
  /** A volume with an attachment that is only reserved. */
  let free: { readonly volume: string; readonly attachment: string };
  let ran: number;

  beforeAll(async () => {
    server = await createTestApp();
    api = server.api;
    made = await SIMULATED_BACKENDS[name]();
    const { driver, definition } = made;
    const backend = new Backend({
      name: 'fake',
      driver,
      definition,
      timeoutMs: 5000,
      abortGraceMs: 100,
      log,
    });
    await backend.setup();
    server.app.get(BackendRegistry).get = () => backend;
    const volume = await api.volume();
    free = { volume, attachment: await api.attachment(volume) };
  });
  beforeEach(() => {
    ran = made.commands.length;
  });
  afterAll(async () => {
    await server.close();
    await made.remove();
  });

  const act = (volume: string, action: string, value: unknown): Promise<Answer> =>
    api.send('POST', `/v3/volumes/${volume}/action`, { [action]: value });

  const CONNECTING: Readonly<Record<string, (connector: object) => Promise<Answer>>> = {
    'POST attachments': (connector) => api.create(free.volume, { connector }),
    'PUT attachments/{id}': (connector) => api.update(free.attachment, connector),
    'os-initialize_connection': (connector) => act(free.volume, 'os-initialize_connection', { connector }),
  };

  async function expectRefused(answered: Promise<Answer>, field: string): Promise<void> {
    const { status, message } = await answered;
    expect([status, message]).toEqual([400, expect.stringContaining(field)]);
    expect(made.commands.slice(ran)).toEqual([]);
  }

  it.each(Object.keys(CONNECTING))(
    '%s refuses a forged connector by name, and nothing is run',
    async (route) => {
      const names = ['host', 'ip', 'initiator'].map((field) => [field, NO_NAMES] as const);
      // Stored besides the names; a device may have any other name.
      const place = ['mountpoint', [42, 'a\u0000b', 'x'.repeat(300)]] as const;
      for (const [field, values] of [...names, place, ...Object.entries(FORGED[name])]) {
        for (const value of values) await expectRefused(CONNECTING[route]!(forged(field, value)), field);
      }
      const { body } = await api.show(free.attachment);
      expect([body.attachment.status, body.attachment.connection_info]).toEqual(['reserved', {}]);
    },
  );

  it('os-terminate_connection refuses what is no name, and runs nothing for a host that it does not know', async () => {
    for (const field of ['host', 'ip', 'initiator']) {
      for (const value of NO_NAMES) {
        await expectRefused(
          act(free.volume, 'os-terminate_connection', { connector: forged(field, value) }),
          field,
        );
      }
      for (const value of HOSTILE) {
        const { status } = await act(free.volume, 'os-terminate_connection', {
          connector: { [field]: value },
        });
        expect([status, made.commands.slice(ran)]).toEqual([202, []]);
      }
    }
    await expectRefused(
      act(free.volume, 'os-terminate_connection', { connector: { mode: 'rw' } }),
      'initiator',
    );
  });

  it('os-attach refuses a place that it cannot keep, by name, and runs nothing for one that it can', async () => {
    const volume = await api.volume();
    ran = made.commands.length;
    for (const value of [42, '', 'a\u0000b', 'x'.repeat(300)]) {
      await expectRefused(act(volume, 'os-attach', { host_name: 'h', mountpoint: value }), 'mountpoint');
    }
    for (const value of [42, 'x'.repeat(300)]) {
      await expectRefused(
        act(volume, 'os-attach', { host_name: value, mountpoint: '/dev/vdb' }),
        'host_name',
      );
    }
    for (const value of [...HOSTILE, 'a\nb']) {
      expect((await act(volume, 'os-attach', { host_name: value, mountpoint: value })).status).toBe(202);
      expect((await act(volume, 'os-detach', null)).status).toBe(202);
    }
    expect(JSON.stringify(made.commands)).not.toContain('rm -rf');
  });

  it('os-force_detach takes nothing from its connector', async () => {
    const volume = await api.volume();
    const attachment = await api.attachment(volume, { connector: GOOD });
    ran = made.commands.length;
    for (const id of [...HOSTILE, 'x'.repeat(300), randomUUID()]) {
      const { status } = await act(volume, 'os-force_detach', { attachment_id: id, connector: GOOD });
      // An unknown attachment counts as removed.
      expect([status, made.commands.slice(ran)]).toEqual([202, []]);
    }
    for (const value of HOSTILE) {
      const connector = { host: value, ip: value, initiator: value };
      await act(volume, 'os-force_detach', { attachment_id: attachment, connector });
      expect(JSON.stringify(made.commands)).not.toContain(JSON.stringify(value).slice(1, -1));
    }
  });

  it('a volume whose name would lead elsewhere is kept under its id', async () => {
    for (const text of ['../../../tmp/climbed', '/etc/climbed', 'climbed\n', '$(climbed)', '-climbed']) {
      await api.volume({ name: text });
    }
    expect(JSON.stringify(made.commands)).not.toContain('climbed');
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { doctor } from '../../src/cli/doctor.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { NovaStandIn } from '../support/nova.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { setVolume } from '../support/volume-state.js';

const PATH = '/v3/clinker-consistency';
/** Milliseconds that a difference may last, and that a repair waits for a second sighting: reconcile_interval_s. */
const PATIENCE_MS = 1000;

let nova: NovaStandIn;
let server: TestApp;
let api: Api;
let endpoint: string;

beforeAll(async () => {
  nova = new NovaStandIn();
  endpoint = await nova.start();
  const settings = {
    CLINKER_NOVA_ENDPOINT: endpoint,
    CLINKER_NOVA_TIMEOUT_MS: '300',
    CLINKER_RECONCILE_INTERVAL_S: String(PATIENCE_MS / 1000),
  };
  server = await createTestApp({ settings });
  ({ api } = server);
});
afterAll(async () => {
  await server.close();
  await nova.stop();
});
beforeEach(() => {
  nova.asked.length = 0;
  nova.servers.clear();
  nova.deleted.clear();
  nova.isHanging = false;
  nova.refusal = null;
  nova.maxLimit = 1000;
});
afterEach(async () => {
  for (const { id } of (await api.get('/v3/attachments')).body.attachments) {
    await api.send('DELETE', `/v3/attachments/${id}`, undefined, { 'X-Service-Token': 'nova' });
  }
});

interface Used {
  readonly instance: string;
  readonly volume: string;
  readonly attachment: string;
}

/** A volume attached for a server that Nova does not know yet. */
async function attached(instance: string = randomUUID()): Promise<Used> {
  const volume = await api.volume();
  const attachment = await api.attachment(volume, { instance_uuid: instance, connector: aConnector() });
  await api.complete(attachment);
  return { instance, volume, attachment };
}

/** Nova's record of the attachment. */
const use = ({ volume, attachment }: Pick<Used, 'volume' | 'attachment'>) => ({
  volumeId: volume,
  attachmentId: attachment,
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS + 50));

const seen = ({ body }: Answer): string[] =>
  body.consistency.findings.map(({ kind, volume_id: volume, repair }: any) => `${kind} ${volume} ${repair}`);
const examined = async (): Promise<string[]> => seen(await api.get(PATH));
const repaired = async (): Promise<string[]> =>
  seen(await api.send('POST', `${PATH}/action`, { repair: null }));
const unchecked = async (): Promise<any[]> => (await api.get(PATH)).body.consistency.unchecked;

describe('the comparison with Nova', () => {
  it('finds nothing where both sides are the same, on however many pages', async () => {
    nova.maxLimit = 2;
    for (let count = 0; count < 5; count += 1) {
      const used = await attached();
      nova.servers.set(used.instance, { volumes: [use(used)] });
    }
    nova.servers.set(randomUUID(), { volumes: [] });
    await settled();
    expect(await examined()).toEqual([]);
    expect(await unchecked()).toEqual([]);
    const pages = nova.asked.filter(({ line }) => line.includes('/servers/detail'));
    expect(pages).toHaveLength(8);
    for (const { headers } of nova.asked) {
      expect(headers).toMatchObject({
        'x-auth-token': 'admin:admin',
        'openstack-api-version': 'compute 2.89',
      });
    }
  });

  it('finds what Nova has and we do not, which is for a person', async () => {
    const used = await attached();
    const [other, lost] = [randomUUID(), randomUUID()];
    const volume = await api.volume();
    nova.servers.set(used.instance, {
      volumes: [use(used), { volumeId: volume, attachmentId: lost }],
    });
    nova.servers.set(other, { volumes: [{ volumeId: volume, attachmentId: null }] });
    await settled();
    const expected = [`missing-attachment ${volume} manual`, `missing-attachment ${volume} manual`];
    expect(await examined()).toEqual(expected);
    await settled();
    expect(await repaired()).toEqual(expected);
    const texts = (await api.get(PATH)).body.consistency.findings.map(({ description }: any) => description);
    expect(texts.sort()).toEqual(
      [
        `According to Nova, server ${used.instance} uses volume ${volume} through attachment ${lost} that does not exist.`,
        `According to Nova, server ${other} uses volume ${volume} through an attachment that does not exist.`,
      ].sort(),
    );
  });

  it('takes away what a server does not use, once two checks have seen it', async () => {
    const [used, left] = [await attached(), await attached()];
    nova.servers.set(used.instance, { volumes: [use(used)] });
    nova.servers.set(left.instance, { volumes: [] });
    await settled();
    expect(await repaired()).toEqual([`unused-attachment ${left.volume} possible`]);
    await settled();
    expect(await examined()).toEqual([`unused-attachment ${left.volume} possible`]);
    expect((await api.show(left.attachment)).status).toBe(200);
    expect(await repaired()).toEqual([`unused-attachment ${left.volume} done`]);
    expect((await api.show(left.attachment)).status).toBe(404);
    expect(await api.volumeStatus(left.volume)).toBe('available');
    expect((await api.show(used.attachment)).status).toBe(200);
    expect(await examined()).toEqual([]);
  });

  it('takes away what is left of a server that Nova has deleted, also a reservation', async () => {
    const left = await attached();
    const reserved = await api.volume();
    await api.attachment(reserved, { instance_uuid: left.instance });
    nova.servers.set(randomUUID(), { volumes: [] });
    nova.deleted.add(left.instance);
    await settled();
    const found = (repair: string) =>
      [left.volume, reserved].map((volume) => `unused-attachment ${volume} ${repair}`);
    expect(await examined()).toEqual(found('possible'));
    await settled();
    expect(await repaired()).toEqual(found('done'));
    expect(await api.volumeStatus(reserved)).toBe('available');
  });

  it('leaves the attachments of servers that Nova never had', async () => {
    const foreign = await attached();
    nova.servers.set(randomUUID(), { volumes: [] });
    await settled();
    const expected = [`unused-attachment ${foreign.volume} manual`];
    expect(await examined()).toEqual(expected);
    await settled();
    expect(await repaired()).toEqual(expected);
    expect((await api.show(foreign.attachment)).body.attachment.status).toBe('attached');
  });

  it('leaves an attachment whose volume Nova has by another one', async () => {
    const used = await attached();
    nova.servers.set(used.instance, { volumes: [{ volumeId: used.volume, attachmentId: randomUUID() }] });
    await settled();
    const expected = [`missing-attachment ${used.volume} manual`, `unused-attachment ${used.volume} manual`];
    expect(await examined()).toEqual(expected);
    await settled();
    expect(await repaired()).toEqual(expected);
  });

  it('forgets what was in order in between', async () => {
    const used = await attached();
    nova.servers.set(used.instance, { volumes: [] });
    await settled();
    expect(await examined()).toHaveLength(1);
    nova.servers.set(used.instance, { volumes: [use(used)] });
    expect(await examined()).toEqual([]);
    nova.servers.set(used.instance, { volumes: [] });
    expect(await repaired()).toEqual([`unused-attachment ${used.volume} possible`]);
  });
});

describe('what is being worked on is no finding', () => {
  it.each([
    ['a server that is being migrated', { task: 'migrating', status: 'MIGRATING' }],
    ['a server of a cell that is away', { status: 'UNKNOWN' }],
  ])('%s', async (_what, shown) => {
    const used = await attached();
    nova.servers.set(used.instance, { volumes: [{ volumeId: randomUUID(), attachmentId: null }], ...shown });
    nova.servers.set(randomUUID(), { volumes: [] });
    await settled();
    expect(await examined()).toEqual([]);
  });

  it('volumes that are exchanged', async () => {
    const old = await attached();
    nova.servers.set(old.instance, { volumes: [use(old)] });
    await attached(old.instance);
    await setVolume(server, old.volume, { status: 'detaching' });
    await settled();
    expect(await examined()).toEqual([]);
  });

  it('an attachment that was just made', async () => {
    const patient = await createTestApp({ settings: { CLINKER_NOVA_ENDPOINT: endpoint } });
    try {
      const instance = randomUUID();
      nova.servers.set(instance, { volumes: [] });
      await patient.api.attachment(await patient.api.volume(), { instance_uuid: instance });
      expect(seen(await patient.api.get(PATH))).toEqual([]);
    } finally {
      await patient.close();
    }
  });

  it('what is the same when it is asked for again', async () => {
    const used = await attached();
    let looks = 0;
    nova.servers.set(used.instance, {
      get volumes() {
        looks += 1;
        // The list of all servers, and the first query of this one.
        return looks <= 2 ? [] : [use(used)];
      },
    });
    await settled();
    expect(await examined()).toEqual([]);
    expect(looks).toBeGreaterThan(2);
  });
});

describe('a Nova that cannot be believed', () => {
  const REFUSED = 'The compute service does not let this server list servers: it returned';

  it.each([
    ['is empty', () => nova.servers.clear(), 'The compute service has no servers, but there are attachments'],
    ['is silent', () => (nova.isHanging = true), 'The compute service is unavailable.'],
    [
      'refuses',
      () => (nova.refusal = { status: 403 }),
      `${REFUSED} 403; its user needs the role admin there.`,
    ],
    ['answers nonsense', () => (nova.refusal = { status: 200, body: { servers: 1 } }), `${REFUSED} 200.`],
    ['is not there', () => (nova.refusal = { status: 404, body: { itemNotFound: {} } }), `${REFUSED} 404.`],
  ])('that %s: nothing is found and nothing is taken away', async (_what, change, reason) => {
    const left = await attached();
    nova.servers.set(left.instance, { volumes: [] });
    await settled();
    expect(await examined()).toEqual([`unused-attachment ${left.volume} possible`]);
    await settled();
    change();
    const { findings, unchecked: missed } = (await api.send('POST', `${PATH}/action`, { repair: null })).body
      .consistency;
    expect(findings).toEqual([]);
    expect(missed).toEqual([{ backend: 'nova', reason: expect.stringContaining(reason) }]);
    expect((await api.show(left.attachment)).body.attachment.status).toBe('attached');
  });

  it('is reported by clinker doctor', async () => {
    nova.refusal = { status: 503 };
    const said: string[] = [];
    const { log } = console;
    console.log = (text: string) => void said.push(text);
    try {
      expect(await doctor.run(['--url', server.url], { environment: {}, workingFolder: '' })).toBe(2);
    } finally {
      console.log = log;
    }
    expect(said.join('')).toBe(`not checked: nova: ${REFUSED} 503.`);
  });

  it('is no matter where there are no servers on either side', async () => {
    expect([await examined(), await unchecked()]).toEqual([[], []]);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Reconciler } from '../../src/operations/reconciler.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { aConnector, Api } from '../support/api.js';
import { type Launched, launch } from '../support/launched.js';
import { NEWEST } from '../support/newest.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const FAKE = new URL('../../dist/drivers/fake/fake.driver.js', import.meta.url).href;
const READY = 'serving the Block Storage API';

const GOOD = { name: 'good', driver: 'fake' };

const running: Launched[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-unusable-drivers-'));
});
afterAll(async () => {
  for (const one of running) one.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly backends: readonly object[];
  /** The arguments of another command than that of the server. */
  readonly args?: readonly string[];
}

async function started({ backends, args = [] }: Started): Promise<Launched> {
  const server = await launch({
    folder: await mkdtemp(join(folder, 'server-')),
    // The fake driver's setup takes no time: this is for one that never ends.
    settings: { CLINKER_BACKENDS: JSON.stringify(backends), CLINKER_DRIVER_TIMEOUT_MS: '5000' },
    args,
    program: args.length === 0 ? 'main.js' : 'cli/main.js',
  });
  running.push(server);
  return server;
}

/** Writes the module of a driver that is the fake one with a defect. @returns its backend. */
async function withDefect(name: string, source: string): Promise<{ name: string; driver: string }> {
  const driver = join(folder, `${name}.mjs`);
  await writeFile(driver, `import fake from '${FAKE}';\n${source}`);
  return { name, driver };
}

const withMethods = (methods: string): string =>
  `export default { ...fake, create: (...args) => Object.assign(fake.create(...args), { ${methods} }) };`;

/** The defect, the module, what the line says of it, and what it advises. */
const BEFORE_SETUP = [
  ['is none', 'export default 7;', 'its default export is not a driver definition.', 'Export the result of'],
  [
    'has another contract',
    'export default { ...fake, contract: 2 };',
    'it was written for version 2 of the driver contract',
    'Install a version of the driver for contract 1.',
  ],
  [
    'has a schema that is none',
    `export default { ...fake, optionsSchema: { type: 'nonsense' } };`,
    'its optionsSchema is no valid JSON Schema',
    `Report it to the driver's author.`,
  ],
  [
    'throws in create',
    `export default { ...fake, create: () => { throw new Error('no'); } };`,
    'create() failed: no.',
    'Check the options',
  ],
  [
    'throws what is no text in create',
    `export default { ...fake, create: () => { throw Object.create(null); } };`,
    'create() failed: [Object: null prototype] {}.',
    'Check the options',
  ],
  [
    'throws in capabilitiesWith',
    `export default { ...fake, capabilitiesWith: () => { throw new Error('no'); } };`,
    'capabilitiesWith() failed: no.',
    'Check the options',
  ],
  [
    'lacks methods',
    'export default { ...fake, create: () => ({}) };',
    'it lacks createVolume, deleteVolume,',
    'Install a version that has them',
  ],
  [
    'throws when it is loaded',
    `throw new Error('no libfoo');`,
    'could not be loaded: no libfoo.',
    'Repair or reinstall the package.',
  ],
  [
    'calls process.exit when it is loaded',
    'process.exit(0); export default fake;',
    'could not be loaded: the driver called process.exit',
    'Repair or reinstall the package.',
  ],
  [
    'calls process.exit in create',
    'export default { ...fake, create: () => process.exit(0) };',
    'create() failed: the driver called process.exit',
    'Check the options',
  ],
] as const;

const IN_SETUP = [
  [
    'rejects in setup',
    withMethods(`setup: async () => { throw new Error('no'); }`),
    'setup failed unexpectedly. no.',
    'Correct the "options" of its driver',
  ],
  [
    'throws in setup',
    withMethods(`setup: () => { throw new Error('no'); }`),
    'setup failed unexpectedly. no.',
    'Correct the "options" of its driver',
  ],
] as const;

const DEFECTS = [...BEFORE_SETUP, ...IN_SETUP];
const nameOf = (defect: string): string => defect.replaceAll(/[^a-z]+/gi, '-');
const backendsOf = (defects: readonly (readonly string[])[]) =>
  Promise.all(defects.map(([defect = '', source = '']) => withDefect(nameOf(defect), source)));

/** Asks for a volume on a backend. @returns the status and the message. */
async function placed({ url }: Launched, backend: string): Promise<readonly [number, string]> {
  const api = new Api(url, { token: 'admin:p1', version: NEWEST, project: 'p1' });
  const volume_type = { name: backend, extra_specs: { volume_backend_name: backend } };
  await api.send('POST', '/v3/types', { volume_type });
  const { status, message } = await api.send('POST', '/v3/volumes', {
    volume: { size: 1, volume_type: backend },
  });
  return [status, message];
}

const refusal = (backend: string) => `Backend ${backend} cannot be used until an operator has corrected it.`;

describe('beside an intact driver, one that', () => {
  let server: Launched;
  let lines: Record<string, any>[];
  beforeAll(async () => {
    const nowhere = { name: 'nowhere', driver: 'clinker-driver-nowhere' };
    const hanging = await withDefect('hanging', withMethods('setup: () => new Promise(() => undefined)'));
    server = await started({ backends: [...(await backendsOf(DEFECTS)), nowhere, hanging, GOOD] });
    await server.untilLogged(READY);
    lines = server.output.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }, 120_000);

  it.each(DEFECTS)('%s is named in one line, and is down', async (defect, _source, fault, mend) => {
    const name = nameOf(defect);
    const errors = lines.filter(({ level, backend }) => level === 'error' && backend === name);
    expect(errors).toHaveLength(1);
    for (const part of [name, `${name}.mjs"`, fault, mend, 'Then restart the server'])
      expect(errors[0]?.['msg']).toContain(part);
    expect(await placed(server, name)).toEqual([503, refusal(name)]);
  });

  it('is not installed is named in one line, and is down', async () => {
    const errors = lines.filter(({ level, backend }) => level === 'error' && backend === 'nowhere');
    expect(errors.map(({ msg }) => msg)).toEqual([
      expect.stringContaining('driver "clinker-driver-nowhere": it is none of the built-in drivers'),
    ]);
    expect(await placed(server, 'nowhere')).toEqual([503, refusal('nowhere')]);
  });

  it('never ends its setup is down until it does', async () => {
    expect(await placed(server, 'hanging')).toEqual([
      503,
      'Backend hanging does not answer. Try again later.',
    ]);
  });

  it('has any defect leaves the intact one as it is', async () => {
    expect((await placed(server, 'good'))[0]).toBe(202);
    expect(server.output.stderr).toBe('');
  });
});

describe('the start ends, in one line for each fault,', () => {
  it.each([BEFORE_SETUP[0], IN_SETUP[0]])(
    'if the only driver %s',
    async (defect, source, fault, mend) => {
      const odd = await started({ backends: await backendsOf([[defect, source]]) });
      expect(await odd.ended).toBe(1);
      const [line, ...more] = odd.output.stderr.trimEnd().split('\n');
      for (const part of [`${nameOf(defect)}.mjs"`, fault, mend]) expect(line).toContain(part);
      expect(more).toEqual([]);
    },
    60_000,
  );

  it('if options do not fit', async () => {
    const [odd] = await backendsOf([BEFORE_SETUP[0]]);
    const server = await started({ backends: [odd ?? {}, { ...GOOD, options: { capcity_gib: 1 } }] });
    expect(await server.ended).toBe(1);
    expect(server.output.stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining(BEFORE_SETUP[0][2]),
      expect.stringContaining('options has an unknown key "capcity_gib"'),
    ]);
  }, 60_000);
});

it('clinker config check finds each driver that cannot be used, without its setup', async () => {
  const backends = [...(await backendsOf(DEFECTS)), GOOD];
  const check = await started({ backends, args: ['config', 'check'] });
  expect(await check.ended).toBe(1);
  const found = check.output.stderr.split('\n').filter((line) => line.startsWith('  - '));
  expect(found).toHaveLength(BEFORE_SETUP.length);
  for (const [index, [defect, , fault, mend]] of BEFORE_SETUP.entries())
    for (const part of [`Backend "${nameOf(defect)}", `, fault, mend]) expect(found[index]).toContain(part);
}, 60_000);

describe('a backend whose driver cannot be used any more', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it('is down until a restart, its open work waits, and nothing of it is lost', async () => {
    const settings = (driver: string): Record<string, string> => ({
      CLINKER_BACKENDS: JSON.stringify([{ name: 'odd', driver }, GOOD]),
      CLINKER_DEFAULT_BACKEND: 'odd',
    });
    app = await createTestApp({ settings: settings('fake') });
    const before = app;
    const volume = await app.api.volume();
    const attached = await app.api.attachment(volume, { connector: aConnector() });
    const making = await app.api.volume();
    await app.app.get(UnitOfWork).run(async ({ manager }) => {
      await manager.update(VolumeEntity, { id: making }, { status: 'creating' });
      await manager.insert(OperationEntity, {
        ...{ id: crypto.randomUUID(), kind: 'create-volume', volumeId: making, attachmentId: null },
        ...{ details: {}, requestId: 'req-1', owner: 'a-process-that-died' },
        startedAt: '2026-01-01T00:00:00.000000',
      });
    });
    await app.stop();

    app = await createTestApp({ continueFrom: before, settings: settings('clinker-driver-nowhere') });
    const api = app.api.of(before.api.project);
    const { body } = await api.get('/v3/os-services?host=clinker@odd');
    expect(body.services).toMatchObject([
      {
        state: 'down',
        backend_state: 'down',
        disabled_reason: expect.stringMatching(
          /^Backend "odd", driver "clinker-driver-nowhere": .* Install the/,
        ),
      },
    ]);
    const ready = await fetch(`${app.url}/healthz/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, reasons: [], database: 'up', backends: { odd: 'unusable', good: 'up' } },
    ]);
    expect((await api.show(attached)).status).toBe(200);
    await app.app.get(Reconciler).run(true);
    expect((await api.get(`/v3/volumes/${making}`)).body.volume.status).toBe('creating');
    for (const refused of [
      await api.delete(attached),
      await api.send('POST', `/v3/volumes/${volume}/action`, { 'os-extend': { new_size: 2 } }),
      await api.create(volume, { connector: aConnector('host-b') }),
    ]) {
      expect([refused.status, refused.message]).toEqual([503, refusal('odd')]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    // What its driver can do is unknown: it may be what the type wants.
    const type = await api.send('POST', '/v3/types', {
      volume_type: { name: 'iscsi', extra_specs: { storage_protocol: 'iSCSI', volume_backend_name: 'odd' } },
    });
    const wanted = { volume: { size: 1, volume_type: type.body.volume_type.id } };
    expect((await api.send('POST', '/v3/volumes', wanted)).status).toBe(503);
    const { consistency } = (await api.get('/v3/clinker-consistency')).body;
    expect(consistency.findings.map(({ volume_id }: any) => volume_id)).toEqual([making]);
    expect(consistency.unchecked).toEqual([{ backend: 'odd', reason: refusal('odd') }]);
    await app.stop();

    app = await createTestApp({ continueFrom: before, settings: settings('fake') });
    expect((await app.api.of(before.api.project).delete(attached)).status).toBe(200);
    const status = () => app.api.of(before.api.project).volumeStatus(making);
    while ((await status()) === 'creating') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await status()).toBe('available');
  });
});

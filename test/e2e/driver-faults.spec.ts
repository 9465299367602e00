import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Api } from '../support/api.js';
import { type Launched, launch } from '../support/launched.js';
import { NEWEST } from '../support/newest.js';

const FAKE = new URL('../../dist/drivers/fake/fake.driver.js', import.meta.url).href;
const READY = 'serving the Block Storage API';

let folder: string;
let server: Launched | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-driver-faults-'));
});
afterEach(async () => {
  server?.kill('SIGKILL');
  await server?.ended;
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

const SETTINGS = {
  CLINKER_BACKENDS: JSON.stringify([
    { name: 'good', driver: 'fake' },
    { name: 'odd', driver: './odd.mjs' },
  ]),
};

/** Starts a server with the fake driver, and with a driver that is the fake one with a defect. */
async function serving(defect: string, settings: Record<string, string> = {}): Promise<Launched> {
  const source = `import fake from '${FAKE}';\nconst create = (options, host) => fake.create(options, host);\n${defect}`;
  await writeFile(join(folder, 'odd.mjs'), source);
  server = await launch({ folder, settings: { ...SETTINGS, ...settings } });
  return server;
}

/** Creates a volume on each backend, and returns what became of them. */
async function volumesOn({ url }: Launched): Promise<unknown> {
  const api = new Api(url, { token: 'admin:p1', version: NEWEST, project: 'p1' });
  const statuses: Record<string, string> = {};
  for (const name of ['odd', 'good']) {
    const volume_type = { name, extra_specs: { volume_backend_name: name } };
    await api.send('POST', '/v3/types', { volume_type });
    statuses[name] = await api.volumeStatus(await api.volume({ volume_type: name }));
  }
  return statuses;
}

describe('a driver that', () => {
  it.each([
    [
      'throws in a timer',
      `setTimeout(() => { throw new Error('too late, password=hunter2'); }, 5);`,
      'threw an error that nothing caught: too late, password=***',
    ],
    [
      'throws what is no text',
      `setTimeout(() => { throw Object.create(null); }, 5);`,
      'threw an error that nothing caught: a value that cannot be shown.',
    ],
    [
      'rejects what nobody awaits',
      `void Promise.reject(new Error('too late'));`,
      'left a rejected promise that nothing awaits: too late.',
    ],
    [
      'calls process.exit in a timer',
      `setTimeout(() => process.exit(3), 5);`,
      'called process.exit(3), which is not allowed.',
    ],
  ])('%s harms neither the server nor its other backends', async (_defect, statement, fault) => {
    const odd = await serving(
      `export default { ...fake, create: (...args) => { const driver = create(...args); return Object.assign(driver, {` +
        ` setup: async () => { await Object.getPrototypeOf(driver).setup.call(driver); ${statement} } }); } };`,
    );
    await odd.untilLogged(READY);
    await odd.untilLogged(fault.replaceAll('"', '\\"'));
    expect(odd.output.stdout).toContain('Backend \\"odd\\", driver \\"./odd.mjs\\": it ');
    expect(await volumesOn(odd)).toEqual({ odd: 'available', good: 'available' });
    expect(odd.output.stdout + odd.output.stderr).not.toContain('hunter2');
  });

  it('hears of an abort without a handler of errors fails this call alone', async () => {
    const source = `export default { ...fake, create: (...args) => Object.assign(create(...args), {
      createVolume: (_volume, { signal }) => new Promise(() => spawn('sleep', ['60'], { signal })) }) };`;
    const odd = await serving(`import { spawn } from 'node:child_process';\n${source}`, {
      CLINKER_DRIVER_TIMEOUT_MS: '3000',
    });
    await odd.untilLogged(READY);
    expect(await volumesOn(odd)).toEqual({ odd: 'error', good: 'available' });
    await odd.untilLogged('threw an error that nothing caught: The operation was aborted');
  });

  it('throws an option that its schema marks as secret does not show it', async () => {
    const properties = `{ ...fake.optionsSchema.properties, pin: { type: 'string', writeOnly: true } }`;
    const backends = [
      { name: 'good', driver: 'fake' },
      { name: 'odd', driver: './odd.mjs', options: { pin: 'open sesame' } },
    ];
    const odd = await serving(
      `export default { ...fake, optionsSchema: { ...fake.optionsSchema, properties: ${properties} },
         create: ({ pin, ...options }, host) => {
           setTimeout(() => { throw new Error('refused: ' + pin); }, 5);
           return create(options, host); } };`,
      { CLINKER_BACKENDS: JSON.stringify(backends) },
    );
    await odd.untilLogged('threw an error that nothing caught: refused: ***.');
    expect(odd.output.stdout + odd.output.stderr).not.toContain('sesame');
  });

  it('calls process.exit in a call fails this call alone', async () => {
    const odd = await serving(
      `export default { ...fake, create: (...args) => Object.assign(create(...args), { createVolume: async () => process.exit(0) }) };`,
    );
    await odd.untilLogged(READY);
    expect(await volumesOn(odd)).toEqual({ odd: 'error', good: 'available' });
  });
});

it('an error of the server itself still ends it', async () => {
  const preload = join(folder, 'preload.mjs');
  await writeFile(preload, `process.on('SIGUSR2', () => { throw new Error('a bug'); });`);
  server = await launch({ folder, settings: { NODE_OPTIONS: `--import=${preload}` } });
  await server.untilLogged(READY);
  server.kill('SIGUSR2');
  expect(await server.ended).toBe(1);
  expect(server.output.stderr).toContain('Error: a bug');
});

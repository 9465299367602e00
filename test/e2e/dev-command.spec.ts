import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { aConnector, Api } from '../support/api.js';
import { freePort, type Launched, launch } from '../support/launched.js';
import { NEWEST } from '../support/newest.js';

const FAKE = new URL('../../dist/drivers/fake/fake.driver.js', import.meta.url).href;
const SECRET = 'hunter2hunter2';

let folder: string;
let port: number;
let running: Launched[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-dev-'));
  port = await freePort();
  running = [];
  await mkdir(join(folder, 'src'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', exports: { '.': { import: './src/index.js' } } }),
  );
  const options = { api_password: SECRET };
  await writeFile(
    join(folder, 'clinker-dev.yaml'),
    JSON.stringify({ backends: [{ name: 'mine', driver: '.', options }] }),
  );
  await writeDriver('{ ...fake, optionsSchema }');
});
afterEach(async () => {
  for (const one of running) one.kill('SIGTERM');
  await Promise.all(running.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
});

/** Writes a driver that is the fake one, with another definition. */
async function writeDriver(definition: string): Promise<void> {
  const schema = `{ ...fake.optionsSchema, properties: { ...fake.optionsSchema.properties, api_password: {} } }`;
  const source = `import fake from '${FAKE}';\nconst optionsSchema = ${schema};\nexport default ${definition};\n`;
  await writeFile(join(folder, 'src/index.js'), source);
}

async function clinker(...args: string[]): Promise<Launched> {
  const launched = await launch({
    folder,
    program: 'cli/main.js',
    args: ['dev', ...args],
    settings: { PORT: String(port), CLINKER_DATA_FOLDER: '.clinker-dev' },
  });
  running.push(launched);
  return launched;
}

async function untilServing(session: Launched, times: number): Promise<Api> {
  while (session.output.stdout.split('clinker dev: serving').length <= times) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return new Api(`http://127.0.0.1:${port}`, { token: 'admin:p1', version: NEWEST, project: 'p1' });
}

it('a session shows calls without secrets, makes faults, and starts again on save with the volumes', async () => {
  const session = await clinker();
  const api = await untilServing(session, 1);
  // Answers that are saved beside the driver, as in the tutorial, are no change of it.
  for (const name of ['volume.json', 'attachment.json', 'password'])
    await writeFile(join(folder, name), '{}');
  const kept = await api.volume();
  const { body } = await api.create(kept, { instance_uuid: kept, connector: aConnector() });
  const { auth_password: password } = body.attachment.connection_info;
  await session.untilLogged('initializeConnection (');
  expect(session.output.stdout).toContain("auth_password: '***'");
  expect(session.output.stdout).not.toContain(password);

  const asked = await clinker('fault', 'fail', 'createVolume');
  expect(await asked.ended).toBe(0);
  expect(asked.output.stdout).toContain('planned: the next createVolume fails');
  await api.volume();
  await session.untilLogged('INTERNAL: a fault on demand of clinker dev');

  expect(await (await clinker('fault', 'die', 'terminateConnection')).ended).toBe(0);
  await expect(api.delete(body.attachment.id)).rejects.toThrow();
  await untilServing(session, 2);
  await api.untilVolume(kept, ({ status }) => status === 'available');

  const thrown = `{ ...fake, optionsSchema, create: () => { throw new Error('no ${SECRET} for you'); } }`;
  await writeDriver(thrown);
  await session.untilLogged('create() failed: no *** for you');
  await writeDriver('{ ...fake, optionsSchema, name: "renamed" }');
  await untilServing(session, 3);
  expect(await api.volumeStatus(kept)).toBe('available');
  expect(session.output.stdout.match(/the package has changed/g)).toHaveLength(2);
  expect(session.output.stdout + session.output.stderr).not.toContain(SECRET);
  expect((await stat(join(folder, '.clinker-dev/control'))).mode & 0o077).toBe(0);

  const second = await clinker();
  expect(await second.ended).toBe(1);
  expect(second.output.stderr).toContain('another session runs in this folder');
});

it('faults are refused in one line where no session runs, as is a session without a driver', async () => {
  const asked = await clinker('fault', 'fail');
  expect(await asked.ended).toBe(1);
  expect(asked.output.stderr).toBe('clinker dev: no session runs in this folder. Start one: clinker dev\n');
  const odd = await clinker('fault', 'explode');
  expect(await odd.ended).toBe(2);
  expect(odd.output.stderr).toContain('"explode" is no fault; choose one of fail, hang, die');
  await rm(join(folder, 'package.json'));
  const nowhere = await clinker();
  expect(await nowhere.ended).toBe(1);
  expect(nowhere.output.stderr).toContain(`there is no package.json in ${folder}`);
});

import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, launch } from '../support/launched.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-command-line-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

async function clinker(args: readonly string[], settings: Record<string, string> = {}): Promise<Outcome> {
  const command = await launch({ folder, args, settings, program: 'cli/main.js' });
  return { status: await command.ended, ...command.output };
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return name;
}

describe('clinker', () => {
  it.each(['--version', '-V'])('%s tells the version of the package', async (flag) => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8'));
    expect(await clinker([flag])).toEqual({ status: 0, stdout: `clinker ${manifest.version}\n`, stderr: '' });
  });

  it('--help lists the commands, of which each has help of its own', async () => {
    const { status, stdout } = await clinker(['--help']);
    const names = [...stdout.matchAll(/^ {2}(\S+) {2}/gm)].map(([, name]) => name!);
    expect([status, names]).toEqual([0, expect.arrayContaining(['serve', 'config', 'doctor', 'backup'])]);
    for (const name of names) {
      const help = await clinker([name, '--help']);
      expect(help).toMatchObject({
        status: 0,
        stderr: '',
        stdout: expect.stringMatching(`^clinker ${name}`),
      });
    }
  });

  it('says which command was meant', async () => {
    expect(await clinker(['dokter'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'clinker: unknown command dokter; did you mean doctor? (see clinker --help)\n',
    });
  });

  it.each([
    [['serve', '--role', 'bogus'], '--role must be one of all, api, volume, not "bogus"'],
    [['serve', '--rol', 'api'], "Unknown option '--rol'"],
    [['dev', 'twice'], 'unexpected: twice'],
    [['new-driver'], 'the name of the package is missing'],
  ])('refuses %j in one line', async (args, reason) => {
    const [name = ''] = args;
    expect(await clinker(args)).toEqual({
      status: 2,
      stdout: '',
      stderr: `clinker ${name}: ${reason} (see clinker ${name} --help)\n`,
    });
  });
});

describe('--config', () => {
  it('names the file of the settings, before CLINKER_CONFIG', async () => {
    const path = await file('given.yaml', 'max_limit: 7\n');
    for (const args of [['--config', path], [`--config=${path}`]]) {
      const { stdout } = await clinker(['config', 'check', '--json', ...args], {
        CLINKER_CONFIG: 'none.yaml',
      });
      expect(JSON.parse(stdout).settings).toContainEqual({ key: 'max_limit', value: 7, source: 'file' });
    }
  });

  it('is what the server serves with', async () => {
    const port = await freePort();
    const path = await file('server.yaml', 'availability_zone: zone-of-the-file\n');
    const server = await launch({
      folder,
      args: ['serve', '--config', path],
      settings: { PORT: String(port) },
      program: 'cli/main.js',
    });
    try {
      await server.untilLogged('serving the Block Storage API');
      const response = await fetch(`${server.url}/v3/os-availability-zone`, {
        headers: { 'X-Auth-Token': 'admin:admin' },
      });
      expect(await response.text()).toContain('zone-of-the-file');
    } finally {
      server.kill('SIGKILL');
      await server.ended;
    }
  });

  it('needs a file, which exists', async () => {
    expect(await clinker(['serve', '--config'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--config needs the path of a file'),
    });
    expect(await clinker(['serve', '--config', 'none.yaml'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`the configuration file ${join(folder, 'none.yaml')} does not exist`),
    });
  });
});

describe('clinker config check', () => {
  it('prints every setting with its source, and no secret', async () => {
    const { status, stdout, stderr } = await clinker(['config', 'check'], {
      DATABASE_URL: 'postgres://clinker:hunter2@db/clinker',
      CLINKER_KEYSTONE_PASSWORD: 'hunter3',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^database_url +DATABASE_URL +"postgres:\/\/clinker:\*\*\*@db\/clinker"$/m);
    expect(stdout).toMatch(/^keystone_password +CLINKER_KEYSTONE_PASSWORD +"\*\*\*"$/m);
    expect(stdout).toMatch(/^port +PORT +\d+$/m);
    expect(stdout).toMatch(/^log_level +default +"info"$/m);
    expect(stdout).not.toContain('hunter');
  });

  it('reports all mistakes: of settings, the policy, drivers and their options', async () => {
    const wrong = await clinker(['config', 'check'], {
      CLINKER_QUOTA_VOLUMES: 'soon',
      CLINKER_DATABSE_URL: 'x',
    });
    expect(wrong).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        'clinker config: The configuration is not valid:',
        '  - CLINKER_DATABSE_URL: unknown setting; did you mean CLINKER_DATABASE_URL? (environment)',
        '  - quota_volumes: must be a whole number from -1 to 2147483647, not "soon" (environment)\n',
      ].join('\n'),
    });
    const backends = [
      { name: 'a', driver: 'fake', options: { capcity_gib: 1 } },
      { name: 'b', driver: 'nowhere' },
    ];
    const { stderr } = await clinker(['config', 'check'], {
      CLINKER_BACKENDS: JSON.stringify(backends),
      CLINKER_POLICY_FILE: 'none.yaml',
    });
    expect(stderr).toMatch(/policy_file: .*none\.yaml cannot be read \(ENOENT\)/);
    expect(stderr).toContain('options has an unknown key "capcity_gib"');
    expect(stderr).toContain('Backend "b", driver "nowhere": it is none of the built-in drivers');
  });
});

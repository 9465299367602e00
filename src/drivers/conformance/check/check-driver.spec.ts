import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DriverError, type DriverDefinition, type DriverHost } from '../../contract/index.js';
import fake from '../../fake/fake.driver.js';
import { changed, type Change } from '../../../../test/mutants/mutant.js';
import { checkDriver } from './check-driver.js';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'clinker-check-driver-'))));
afterAll(() => rm(folder, { recursive: true }));

/** The fake driver with some methods replaced, under the name of a built-in one. */
function mutant(change: Change, further: Partial<DriverDefinition> = {}): DriverDefinition {
  return {
    ...fake,
    create: (options, host) => {
      const intact = fake.create(options, host);
      return changed(intact, change(intact, host));
    },
    ...further,
  };
}

/** Runs the command in the folder. @returns its exit status and what it prints. */
async function judged(
  args: readonly string[],
  definition: DriverDefinition | null = null,
  environment: NodeJS.ProcessEnv = {},
  untilEnded?: () => Promise<string>,
) {
  const [output, errors]: [string[], string[]] = [[], []];
  let ended: number | undefined;
  const status = await checkDriver('clinker check-driver', args, {
    folder,
    environment,
    isColoured: false,
    write: (line) => void output.push(line),
    writeError: (line) => void errors.push(line),
    end: (given) => void (ended = given),
    ...(untilEnded !== undefined && { ended: untilEnded }),
    builtin: () => Promise.resolve(definition),
  });
  return { status, ended, output: output.join('\n'), errors: errors.join('\n') };
}

const written = (name: string) => readFile(join(folder, name), 'utf8');
const REPORTS = ['--junit', 'junit.xml', '--json', 'verdict.json', '--html', 'verdict.html'];

describe('a driver that conforms', () => {
  it('is told so, with status 0, and in each report', async () => {
    const { status, output } = await judged(['fake', ...REPORTS], fake);
    expect(output).toMatch(/fake conforms to contract 1: \d+ tests passed, \d+ do not apply$/);
    expect(status).toBe(0);
    const verdict = JSON.parse(await written('verdict.json')) as Record<string, unknown>;
    expect(verdict).toMatchObject({ format: 1, name: 'fake', contract: 1, isConforming: true });
    expect(await written('junit.xml')).toMatch(/<testsuites name="fake" tests="\d+" failures="0"/);
    const html = await written('verdict.html');
    expect(html).toContain('there is no hook &quot;interrupt&quot;');
    expect(html).toContain('<svg ');
    // Nothing of it is loaded from elsewhere; the namespace of SVG is a name.
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<link|<img|url\(/);
  });
});

describe('a run of a part of the tests', () => {
  it('says so, and makes no badge', async () => {
    const { status, output } = await judged(['fake', '--only', 'createVolume can', ...REPORTS], fake);
    expect(output).toMatch(/fake was judged in part by contract 1: 1 of the 1 tests chosen passed$/);
    expect(status).toBe(0);
    expect(JSON.parse(await written('verdict.json'))).toMatchObject({ isConforming: null, isPart: true });
    expect(await written('verdict.html')).not.toContain('<svg');
  });

  it('that a signal ends is reported, and leaves no folder', async () => {
    const folders: string[] = [];
    let interrupt: (signal: string) => void = () => undefined;
    const ended = () => new Promise<string>((resolve) => (interrupt = resolve));
    const hanging = {
      ...fake,
      create: (options: never, host: DriverHost) => {
        folders.push(host.stateFolder);
        const intact = fake.create(options, host);
        return changed(intact, {
          deleteVolume: () => {
            interrupt('SIGTERM');
            return new Promise<never>(() => undefined);
          },
        });
      },
    };
    // The timer of a call that is given up keeps the process alive.
    await writeFile(join(folder, 'brief.mjs'), 'export default { limitMs: 500, promptMs: 20 }');
    const args = ['fake', '--kit', 'brief.mjs', ...REPORTS];
    const { status, output } = await judged(args, hanging, {}, ended);
    expect(output).toMatch(/judged in part by contract 1: .*, ended by SIGTERM after \d+ of \d+$/);
    expect(status).toBe(2);
    expect(JSON.parse(await written('verdict.json'))).toMatchObject({ endedBy: 'SIGTERM' });
    expect(await written('junit.xml')).toContain('failures="0"');
    expect(await written('verdict.html')).toContain('ended by SIGTERM');
    expect(folders.length).toBeGreaterThan(0);
    for (const one of folders) await expect(access(one)).rejects.toThrow('ENOENT');
  });
});

describe('a driver with a method that never settles', () => {
  it('is told how many tests were not run', async () => {
    await writeFile(join(folder, 'limits.mjs'), 'export default { limitMs: 500, promptMs: 20 }');
    const hanging = mutant(() => ({ inspect: () => new Promise<never>(() => undefined) }));
    const args = ['fake', '--kit', 'limits.mjs', '--only', 'inspect', ...REPORTS];
    const { status, output } = await judged(args, hanging);
    expect(output).toMatch(/^inspect never settles: [1-9]\d* tests not run$/m);
    expect(output).toMatch(/breaks contract 1: 3 of the 3 tests chosen failed, [1-9]\d* were not run/);
    expect(status).toBe(1);
    expect(await written('junit.xml')).toContain('<skipped message="inspect never settles"/>');
    expect(await written('verdict.html')).toMatch(/inspect never settles: \d+ tests not run/);
  });
});

describe('a driver that breaks the contract', () => {
  it('is told what, where the contract says so, why, and how to see it again, with status 1', async () => {
    const broken = mutant(() => ({ deleteVolume: () => Promise.resolve() }));
    const { status, output } = await judged(['fake', '--only', 'deleteVolume can be', ...REPORTS], broken);
    expect(status).toBe(1);
    const title = 'deleteVolume can be repeated';
    for (const text of [
      `✗ ${title}`,
      'The contract: "Repeating a call',
      'docs/conformance.md#idempotency',
      'deleteVolume(volume 1) → done',
      `To run it alone: clinker check-driver fake --only '${title}'`,
      'fake breaks contract 1: 1 of the 1 tests chosen failed',
    ])
      expect(output).toContain(text);
    expect(await written('junit.xml')).toContain('failures="1"');
    expect(await written('verdict.html')).toContain('<a href="#idempotency">');
    expect(JSON.parse(await written('verdict.json'))).toMatchObject({
      isConforming: false,
      counts: { broken: 1 },
      tests: [{ title, status: 'broken', violations: [{ link: 'docs/conformance.md#idempotency' }] }],
    });
  });

  it('has no credential repeated in any report, known to the kit or not', async () => {
    const texts = ['request failed: {"password":"9M1xhunter"}', 'login with password=oY2shunter'];
    for (const text of texts) {
      const telling = mutant(() => ({
        createExport: () => Promise.reject(new DriverError('NOT_FOUND', text)),
      }));
      const { status, output } = await judged(['fake', '--only', 'createExport', ...REPORTS], telling);
      expect(status).toBe(1);
      const files = ['junit.xml', 'verdict.json', 'verdict.html'];
      for (const report of [output, ...(await Promise.all(files.map(written)))]) {
        expect(report).toContain('the error of createExport contains a credential');
        expect(report).not.toContain('hunter');
      }
    }
  });

  it('cannot forge a report, whatever it is called and says', async () => {
    const markup = '<img src="https://example.org/x" onerror=alert(1)>]]>\u001b[2J\u0000\u202e';
    const hostile = mutant(
      () => ({ createVolume: () => Promise.reject(new DriverError('INTERNAL', markup)) }),
      { name: markup },
    );
    const { status, output } = await judged(['fake', '--only', 'createVolume can', ...REPORTS], hostile);
    expect(status).toBe(1);
    const texts = [
      output,
      await written('junit.xml'),
      await written('verdict.json'),
      await written('verdict.html'),
    ];
    // eslint-disable-next-line no-control-regex -- what must not be there
    for (const text of texts) expect(text).not.toMatch(/[\u0000\u001b\u202e]/);
    for (const text of [texts[1], texts[3]]) expect(text).not.toContain('<img');
    expect(texts[3]).toContain('&lt;img src=&quot;https://example.org/x&quot;');
  });

  it('is found out if it ends the process', async () => {
    const stray = mutant((intact) => ({
      createVolume: (volume, call) => {
        try {
          process.exit(0);
        } catch {
          return intact.createVolume(volume, call);
        }
      },
    }));
    const { status, output } = await judged(['fake', '--only', 'createVolume can'], stray);
    expect(status).toBe(1);
    expect(output).toContain('outside of a call: Error: the driver called process.exit');
  });
});

describe('a package is found', () => {
  it.each([
    ['main without its extension', { main: 'lib/driver' }, 'lib/driver.js'],
    ['main that is a folder', { main: 'lib' }, 'lib/index.js'],
    [
      'the first condition of exports that holds',
      { exports: { default: './a.js', import: './b.js' } },
      'a.js',
    ],
    ['neither', {}, 'index.js'],
  ])('by %s', async (_what, manifest, file) => {
    const mine = await mkdtemp(join(folder, 'mine-'));
    await mkdir(dirname(join(mine, file)), { recursive: true });
    await writeFile(
      join(mine, 'package.json'),
      JSON.stringify({ name: 'mine', type: 'module', ...manifest }),
    );
    await writeFile(join(mine, file), 'export default { name: "found", create: () => ({}), contract: 99 };');
    // Only a module that was found has a contract.
    const { status, errors } = await judged([mine]);
    expect(status).toBe(2);
    expect(errors).toContain(`${join(mine, file)} was written for contract 99`);
  });
});

describe('a driver that cannot be judged', () => {
  const required = { type: 'object', required: ['folder', 'api_token'] };
  it.each<readonly [string, readonly string[], DriverDefinition | null, RegExp]>([
    ['is not there', ['no-such-driver'], null, /neither a path nor a package installed in .*Install it/],
    ['is not named', [], null, /expected exactly one package or path/],
    ['has unknown flags', ['fake', '--fast'], fake, /Unknown option '--fast'/],
    [
      'lacks options',
      ['fake'],
      { ...fake, optionsSchema: required },
      /--option folder=VALUE --option-env api_token=VARIABLE/,
    ],
    [
      'gets a secret in a command line',
      ['fake', '--option', 'api_token=x'],
      fake,
      /every user sees a command line: use --option-env/,
    ],
    [
      'gets in a command line what its schema marks as secret',
      ['fake', '--option', 'pin=x'],
      {
        ...fake,
        optionsSchema: { type: 'object', properties: { pin: { type: 'string', writeOnly: true } } },
      },
      /pin is a credential, and every user sees a command line/,
    ],
    [
      'gets a variable that is not set',
      ['fake', '--option-env', 'api_token=NONE'],
      fake,
      /the environment has no variable NONE/,
    ],
    [
      'gets no JSON',
      ['fake', '--options', 'broken.json'],
      fake,
      /broken.json cannot be read: it is not JSON$/,
    ],
    ['has no test of the name', ['fake', '--only', 'no such test'], fake, /no test applies/],
    [
      'cannot be reported',
      ['fake', '--only', 'createVolume can', '--json', 'none/a.json'],
      fake,
      /could not be written: ENOENT/,
    ],
    [
      'is not set up',
      ['fake'],
      mutant(() => ({
        setup: () => Promise.reject(new DriverError('UNAVAILABLE', 'no answer from 192.0.2.1')),
      })),
      /setup of the driver: .*UNAVAILABLE: no answer from 192.0.2.1. Correct the options or the backend/,
    ],
    ['throws at once', ['./throws.mjs'], null, /throws.mjs could not be loaded: Error: no configuration/],
    [
      'ends the process at once',
      ['./exits.mjs'],
      null,
      /exits.mjs could not be loaded: .*called process.exit/,
    ],
    ['ends it unseen', ['./hides.mjs'], null, /hides.mjs could not be loaded: .*called process.exit/],
    ['is no driver', ['./other.mjs'], null, /not a driver definition: export the result of defineDriver/],
    [
      'is of another contract',
      ['./later.mjs'],
      null,
      /written for contract 99, and this kit judges contract 1/,
    ],
    ['has no entry', ['./package'], null, /neither a path nor a package/],
  ])('%s: one line says why, with status 2', async (_what, args, definition, reason) => {
    await Promise.all(
      Object.entries({
        'broken.json': '{"password": "hunter22hunter22"',
        'throws.mjs': 'throw new Error("no configuration")',
        'exits.mjs': 'process.exit(0)',
        'hides.mjs': 'try { process.exit(0) } catch {}',
        'other.mjs': 'export default 42',
        'later.mjs': 'export default { name: "later", contract: 99, create() {} }',
      }).map(([name, text]) => writeFile(join(folder, name), text)),
    );
    const { status, ended, errors } = await judged(args, definition);
    expect(errors).toMatch(reason);
    expect(errors).not.toMatch(/\n|hunter22/);
    expect(status).toBe(2);
    // A driver that left a timer would keep the process alive.
    expect(ended).toBe(2);
  });
});

it('options come from a file, the command line and the environment', async () => {
  await writeFile(join(folder, 'options.json'), '{"a": "{folder}/x", "b": 1}');
  const seen: unknown[] = [];
  const looking: DriverDefinition = {
    ...fake,
    create: (options, host) => {
      seen.push(options);
      return fake.create(options, host);
    },
  };
  const args = [
    '--options',
    'options.json',
    '--option',
    'b=2',
    '--option',
    'c=text',
    '--option-env',
    'token=T',
  ];
  const { status } = await judged(['fake', '--only', 'createVolume can', ...args], looking, {
    T: 'from the environment',
  });
  expect(status).toBe(0);
  expect(seen.at(-1)).toMatchObject({
    a: expect.stringMatching(/^\/.*\/x$/),
    b: 2,
    c: 'text',
    token: 'from the environment',
  });
});

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BackendNotConfigured } from '../../platform/errors.js';
import type { JsonObject } from '../contract/index.js';
import { BackendRegistry, type RegistryConfig } from './backend-registry.js';
import type { BackendConfig } from './driver-loader.js';

let folder: string;
let logged: { message: string; details: JsonObject | undefined }[];

const log = {
  info: (message: string, details?: JsonObject) => void logged.push({ message, details }),
  warn: (message: string, details?: JsonObject) => void logged.push({ message, details }),
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-registry-'));
  logged = [];
});
afterEach(() => rm(folder, { recursive: true }));

function fakeBackend(name: string, options: JsonObject = {}): BackendConfig {
  return { name, driver: 'fake', options };
}

function load(
  backends: readonly BackendConfig[],
  config: Partial<RegistryConfig> = {},
): Promise<BackendRegistry> {
  return BackendRegistry.load(
    {
      backends,
      defaultBackend: backends[0]?.name ?? 'none',
      driverTimeoutMs: 5_000,
      dataFolder: join(folder, 'data'),
      baseFolder: folder,
      ...config,
    },
    log,
  );
}

describe('the registry', () => {
  it('gives backends by name, all of them, and the default one', async () => {
    const registry = await load([fakeBackend('a'), fakeBackend('b')], { defaultBackend: 'b' });
    expect(registry.get('a').name).toBe('a');
    expect(registry.default).toBe(registry.get('b'));
    expect(registry.all().map(({ name, driverName }) => [name, driverName])).toEqual([
      ['a', 'fake'],
      ['b', 'fake'],
    ]);
  });

  it('reports a backend that is configured no longer', async () => {
    const registry = await load([fakeBackend('a')]);
    expect(() => registry.get('gone')).toThrow(new BackendNotConfigured('gone'));
  });

  it('gives each backend a folder that only its owner reads', async () => {
    await load([fakeBackend('a')]);
    const { mode } = await stat(join(folder, 'data/backends/a'));
    expect(mode & 0o777).toBe(0o700);
  });

  it('bounds the calls of its backends', async () => {
    const stuck = fakeBackend('a', { faults: [{ call: 'setup', hang: true }] });
    const registry = await load([stuck], { driverTimeoutMs: 20, abortGraceMs: 1 });
    expect(registry.default.missing?.reason).toContain('setup did not answer within 20 ms');
    await registry.teardown();
  });

  it('gives drivers a log that names the backend and masks secrets', async () => {
    await writeFile(
      join(folder, 'talker.mjs'),
      `const nothing = async () => undefined;
       const names = ['createVolume', 'deleteVolume', 'validateConnector', 'createExport', 'ensureExport',
         'removeExport', 'initializeConnection', 'terminateConnection', 'inspect', 'listExports', 'getStats'];
       export default {
         name: 'talker', contract: 1, optionsSchema: {},
         capabilities: { storageProtocol: 'x', multiattach: false, readOnlyExports: false, accessControl: 'none', extend: 'none' },
         create: (_options, host) => ({
           ...Object.fromEntries(names.map((name) => [name, nothing])),
           setup: async () => host.log.info('login password=hunter2', { auth_password: 'hunter2', lun: 0 }),
         }),
       };`,
    );
    await load([{ name: 'a', driver: './talker.mjs' }]);
    expect(logged).toEqual([
      { message: 'login password=***', details: { auth_password: '***', lun: 0, backend: 'a' } },
    ]);
  });
});

describe('the start is refused', () => {
  it.each(['', '../x', 'a/b', '.hidden', 'a b'])('for a backend named "%s"', async (name) => {
    await expect(load([fakeBackend(name)])).rejects.toThrow(`Backend "${name}": a name starts with`);
  });

  it('for a name that is used twice', async () => {
    await expect(load([fakeBackend('a'), fakeBackend('a')])).rejects.toThrow(
      'Backend "a" is configured twice. Rename one.',
    );
  });

  it('for a default backend that is not configured', async () => {
    await expect(load([fakeBackend('a')], { defaultBackend: 'b' })).rejects.toThrow(
      'The default backend "b" is not among the configured ones: a.',
    );
    await expect(load([])).rejects.toThrow('not among the configured ones: none.');
  });

  it('with every driver that cannot be loaded', async () => {
    const backends = [
      { name: 'a', driver: 'nowhere' },
      fakeBackend('b'),
      fakeBackend('c', { capacity_gib: 'x' }),
    ];
    const failure = await load(backends).catch((error: unknown) => error as Error);
    const lines = (failure as Error).message.split('\n');
    expect(lines).toEqual([
      expect.stringContaining('Backend "a", driver "nowhere": it is none of the built-in drivers'),
      expect.stringContaining('Backend "c", driver "fake": its options do not fit: options.capacity_gib'),
    ]);
  });

  it('naming a backend whose setup fails, and why, if there is no other', async () => {
    const broken = fakeBackend('b', { faults: [{ call: 'setup', message: 'no volume group' }] });
    await expect(load([broken])).rejects.toThrow('Backend b: setup failed: no volume group');
  });

  it('with one line for each backend, and each reason once', async () => {
    const said = 'vgs ended with status 5: Volume group "g" not found\n  Cannot process it\n';
    const broken = (name: string) => fakeBackend(name, { faults: [{ call: 'setup', message: said }] });
    const failure = await load([broken('a'), broken('b')]).catch((error: unknown) => error as Error);
    const line =
      'setup failed: vgs ended with status 5: Volume group "g" not found Cannot process it. Correct the "options" of its driver "fake" in the setting backends, or what they name.';
    expect((failure as Error).message).toBe(`Backend a: ${line}\nBackend b: ${line}`);
  });

  it('with what a setup hides from clients', async () => {
    await load([fakeBackend('a')]);
    const file = join(folder, 'data/backends/a/6f519a48-3183-46cf-a32f-41815f813986.json');
    await writeFile(file, '{"half');
    await expect(load([fakeBackend('a')])).rejects.toThrow(`${file} cannot be read`);
  });
});

describe('a backend whose driver cannot be used', () => {
  const nowhere = { name: 'b', driver: 'nowhere' };
  const broken = fakeBackend('b', { faults: [{ call: 'setup' }, { call: 'teardown', message: 'not seen' }] });

  it.each([
    ['is not installed', nowhere, /^Backend "b", driver "nowhere": it is none of the built-in drivers/],
    ['fails in setup', broken, /^Backend b: setup failed: .* Correct the "options" of its driver "fake"/],
  ])('because it %s is down, and the others are not', async (_why, unusable, fault) => {
    const registry = await load([fakeBackend('a'), unusable]);
    expect(registry.all().map(({ name, state }) => [name, state])).toEqual([
      ['a', 'up'],
      ['b', 'unusable'],
    ]);
    expect([...registry.faults]).toEqual([['b', expect.stringMatching(fault)]]);
    expect(() => registry.get('b').assertAccepting()).toThrow(
      'Backend b cannot be used until an operator has corrected it.',
    );
    await expect(registry.get('a').getStats('')).resolves.toMatchObject({ totalGib: expect.any(Number) });
    await registry.teardown();
    expect(logged).toEqual([]);
  });

  it('is no reason to end where the others only do not answer yet', async () => {
    const away = fakeBackend('a', { faults: [{ call: 'setup', error: 'UNAVAILABLE' }] });
    const registry = await load([away, nowhere]);
    expect(registry.all().map(({ state }) => state)).toEqual(['not set up', 'unusable']);
    await registry.teardown();
  });

  it('may be the default one', async () => {
    const registry = await load([nowhere, fakeBackend('a')]);
    expect(registry.default.state).toBe('unusable');
    await registry.teardown();
  });
});

describe('teardown', () => {
  it('continues after a driver that fails', async () => {
    const registry = await load([
      fakeBackend('a', { faults: [{ call: 'teardown', message: 'first' }] }),
      fakeBackend('b', { faults: [{ call: 'teardown', message: 'second' }] }),
    ]);
    await registry.teardown();
    expect(logged.map(({ details }) => details?.reason)).toEqual([
      'Backend a: teardown failed: first',
      'Backend b: teardown failed: second',
    ]);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../contract/index.js';
import { BUILTIN_DRIVERS } from './builtin-drivers.js';
import { loadDriver } from './driver-loader.js';
import { DriverLoadError } from './driver-load-error.js';

const METHODS = [
  'createVolume',
  'deleteVolume',
  'validateConnector',
  'createExport',
  'ensureExport',
  'removeExport',
  'initializeConnection',
  'terminateConnection',
  'inspect',
  'listExports',
  'getStats',
];

/** Source of a complete definition; each part can be replaced by other source, or omitted with ''. */
function definition(parts: Record<string, string> = {}): string {
  const complete: Record<string, string> = {
    name: `'toy'`,
    contract: '1',
    capabilities: `{ storageProtocol: 'toy', multiattach: false, readOnlyExports: false, accessControl: 'none', extend: 'none' }`,
    optionsSchema: `{ type: 'object', properties: { size: { type: 'integer', default: 3 } }, additionalProperties: false }`,
    create: `(options, host) => ({ options, host, ${METHODS.map((name) => `${name}() {}`).join(', ')} })`,
    ...parts,
  };
  const fields = Object.entries(complete).filter(([, source]) => source !== '');
  return `({ ${fields.map(([name, source]) => `${name}: ${source}`).join(', ')} })`;
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-loader-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content: string | object): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

function load(driver: string, options: JsonObject = {}) {
  const host = {
    backendName: 'b1',
    stateFolder: folder,
    log: { info: () => undefined, warn: () => undefined },
  };
  return loadDriver({ name: 'b1', driver, options }, folder, host);
}

/** Returns the error message for a driver with this source. */
async function refusal(source: string, options: JsonObject = {}): Promise<string> {
  await write('toy.mjs', source);
  const error: unknown = await load('./toy.mjs', options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DriverLoadError);
  return (error as Error).message.replace('Backend "b1", driver "./toy.mjs": ', '');
}

describe('a driver is found', () => {
  it('among the built-in ones', async () => {
    const { definition: found } = await load('fake', { persist: false });
    expect(found.name).toBe('fake');
  });

  it.each([
    [
      'an ESM package',
      {
        'package.json': { type: 'module', exports: './index.js' },
        'index.js': `export default ${definition()};`,
      },
    ],
    [
      'a package for import only',
      {
        'package.json': { type: 'module', exports: { '.': { types: './i.d.ts', import: './lib/index.js' } } },
        'lib/index.js': `export default ${definition()};`,
      },
    ],
    [
      'a package for import only, without subpaths',
      {
        'package.json': { type: 'module', exports: { import: { default: './index.js' } } },
        'index.js': `export default ${definition()};`,
      },
    ],
    [
      'a CommonJS package',
      { 'package.json': { main: 'main.js' }, 'main.js': `module.exports = ${definition()};` },
    ],
    [
      'a CommonJS package compiled from ESM',
      {
        'package.json': {},
        'index.js': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${definition()};`,
      },
    ],
  ] as const)('as %s', async (_kind, files) => {
    for (const [path, content] of Object.entries(files)) {
      await write(`node_modules/cinder-driver-toy/${path}`, content);
    }
    expect((await load('cinder-driver-toy')).definition.name).toBe('toy');
  });

  it('as a package with a scope', async () => {
    await write('node_modules/@acme/toy/package.json', { exports: { import: './a.mjs' } });
    await write('node_modules/@acme/toy/a.mjs', `export default ${definition()};`);
    expect((await load('@acme/toy')).definition.name).toBe('toy');
  });

  it('at a path, relative or absolute', async () => {
    await write('drivers/toy.mjs', `export default ${definition()};`);
    expect((await load('./drivers/toy.mjs')).definition.name).toBe('toy');
    expect((await load(join(folder, 'drivers/toy.mjs'))).definition.name).toBe('toy');
  });
});

describe('a driver whose path is a folder is found', () => {
  it.each([
    ['exports', { type: 'module', exports: { '.': { import: './lib/a.js' } } }, 'lib/a.js'],
    ['main', { type: 'module', main: 'lib/b.js' }, 'lib/b.js'],
    ['neither of them', { type: 'module' }, 'index.js'],
    ['main, without its extension,', { type: 'module', main: 'dist/index' }, 'dist/index.js'],
    ['main, a folder,', { type: 'module', main: 'lib' }, 'lib/index.js'],
    [
      'main, beside exports for require alone,',
      { type: 'module', exports: { require: './d.js' }, main: 'd.js' },
      'd.js',
    ],
  ])('by %s of its package.json', async (_what, manifest, file) => {
    await write('mine/package.json', manifest);
    await write(`mine/${file}`, `export default ${definition()};`);
    expect((await load('./mine')).definition.name).toBe('toy');
    expect((await load(join(folder, 'mine'))).definition.name).toBe('toy');
  });

  it.each([
    [
      { exports: './dist/index.js' },
      'names the entry ./dist/index.js, which does not exist. Build the package (npm run build)',
    ],
    [{ exports: { './other': './o.js' } }, 'exports nothing for import. Add "exports".'],
    ['{', 'is not valid JSON. Correct it.'],
  ])('unless it has %j', async (manifest, problem) => {
    await write('mine/package.json', manifest);
    await expect(load('./mine')).rejects.toThrow(
      `Backend "b1", driver "./mine": ${join(folder, 'mine/package.json')} ${problem}`,
    );
  });
});

describe('options', () => {
  it('get the defaults of the schema, while the configuration stays as it was', async () => {
    await write('toy.mjs', `export default ${definition()};`);
    const given = {};
    expect((await load('./toy.mjs', given)).options).toEqual({ size: 3 });
    expect(given).toEqual({});
  });

  it('may take away what the driver could do otherwise', async () => {
    const capabilities = `{ storageProtocol: 'toy', multiattach: true, readOnlyExports: false, accessControl: 'none', extend: 'none' }`;
    const capabilitiesWith = `({ size }) => (size === 1 ? { multiattach: false } : {})`;
    await write('toy.mjs', `export default ${definition({ capabilities, capabilitiesWith })};`);
    expect((await load('./toy.mjs', { size: 1 })).capabilities.multiattach).toBe(false);
    expect((await load('./toy.mjs', { size: 2 })).capabilities.multiattach).toBe(true);
  });

  it('are refused with every fault at once', async () => {
    expect(await refusal(`export default ${definition()};`, { size: 'x', colour: 1 })).toBe(
      `its options do not fit: options has an unknown key "colour"; options.size must be integer. ` +
        `Correct the backend's "options".`,
    );
  });

  it('are refused with the allowed values', async () => {
    const optionsSchema = `{ properties: { mode: { enum: ['thin', 'thick'] } } }`;
    expect(await refusal(`export default ${definition({ optionsSchema })};`, { mode: 'fat' })).toContain(
      'options.mode must be one of thin, thick',
    );
  });
});

describe('a driver is refused', () => {
  it('when it is not installed', async () => {
    await expect(load('cinder-driver-none')).rejects.toThrow(
      `Backend "b1", driver "cinder-driver-none": it is none of the built-in drivers (${Object.keys(BUILTIN_DRIVERS).join(', ')}) and was not found ` +
        `from ${folder}. Install the package there, or correct the backend's "driver".`,
    );
  });

  it.each(['toString', '__proto__', 'constructor'])('when it is called %s', async (driver) => {
    await expect(load(driver)).rejects.toThrow('it is none of the built-in drivers');
  });

  it('when it cannot be evaluated', async () => {
    expect(await refusal(`throw new Error('no libfoo');`)).toBe(
      `${join(folder, 'toy.mjs')} could not be loaded: no libfoo. Repair or reinstall the package.`,
    );
  });

  it.each([
    ['nothing', ''],
    ['a function', 'export default () => 1;'],
    ['null', 'export default null;'],
  ])('when it exports %s', async (_what, source) => {
    expect(await refusal(source)).toBe(
      'its default export is not a driver definition. Export the result of defineDriver() as default.',
    );
  });

  it('when it exports something else, all that is missing is told', async () => {
    const told = await refusal('export default { foo: 1 };');
    const wanted = [
      'no name',
      'no contract',
      'capabilities are incomplete',
      'no optionsSchema',
      'no function "create"',
    ];
    for (const text of wanted) expect(told).toContain(text);
  });

  it.each([
    [{ name: '' }, 'the definition has no name. Add a short string "name".'],
    [
      { contract: '2' },
      'it was written for version 2 of the driver contract, and this server supports version 1. ' +
        'Install a version of the driver for contract 1.',
    ],
    [
      { capabilities: `{ storageProtocol: '', multiattach: true, readOnlyExports: 1, extend: 'maybe' }` },
      'its capabilities are incomplete: storageProtocol must be a non-empty string; readOnlyExports must be true or false; ' +
        'accessControl must be one of initiator, nqn, address, none; extend must be one of none, detached, attached. ' +
        'Declare them in the definition.',
    ],
    [
      { optionsSchema: '' },
      'the definition has no optionsSchema. Declare a JSON Schema, at least { type: "object" }.',
    ],
    [{ capabilitiesWith: '{}' }, 'its capabilitiesWith is not a function. Make it one, or remove it.'],
    [{ create: `'text'` }, 'the definition has no function "create". Add one that returns the driver.'],
    [
      { create: `() => { throw new Error('boom'); }` },
      'create() failed: boom. Check the options; code that may fail belongs in setup().',
    ],
    [
      { create: '() => ({ createVolume() {} })' },
      `it lacks ${METHODS.slice(1).join(', ')}. Install a version that has them, or tell its author.`,
    ],
    [
      { create: '() => undefined' },
      `it lacks ${METHODS.join(', ')}. Install a version that has them, or tell its author.`,
    ],
    [
      {
        capabilities: `{ storageProtocol: 'x', multiattach: true, readOnlyExports: true, accessControl: 'none', extend: 'detached' }`,
      },
      'it lacks extendVolume. Install a version that has them, or tell its author.',
    ],
  ])('with %j', async (parts, message) => {
    expect(await refusal(`export default ${definition(parts as Record<string, string>)};`)).toBe(message);
  });

  it('when its schema is none', async () => {
    const message = await refusal(`export default ${definition({ optionsSchema: `{ type: 'nonsense' }` })};`);
    expect(message).toMatch(
      /^its optionsSchema is no valid JSON Schema: .+ Report it to the driver's author\.$/,
    );
  });

  it('without telling a secret of its options', async () => {
    const parts = { create: '(options) => { throw new Error(options.san_password); }', optionsSchema: '{}' };
    const message = await refusal(`export default ${definition(parts)};`, { san_password: 'hunter2hunter2' });
    expect(message).toContain('create() failed: ***.');
  });
});

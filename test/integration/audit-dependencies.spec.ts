import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

const SCRIPT = resolve('scripts/audit-dependencies.mjs');
const QUIET = { vulnerabilities: {} };

let folder: string;
let manifest: any;
let lock: any;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-audit-'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
});
beforeEach(async () => {
  manifest = JSON.parse(await readFile('package.json', 'utf8'));
  lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Audits the current `manifest` and `lock`, with an npm that prints these known vulnerabilities. */
async function audit(printed: unknown = QUIET): Promise<{ readonly code: number; readonly output: string }> {
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(join(folder, 'printed.json'), JSON.stringify(printed));
  await writeFile(join(folder, 'npm'), `#!/bin/sh\ncat '${join(folder, 'printed.json')}'\n`);
  await chmod(join(folder, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  return new Promise((done) => {
    execFile(process.execPath, [SCRIPT, '--root', folder], { env }, (error, output) =>
      done({ code: error === null ? 0 : Number(error.code), output }),
    );
  });
}

const EXPRESS = 'node_modules/express';

/** Ships a package that is not installed, like those for other systems: the lock has the only information. */
function shipAbsent(entry: { readonly license?: string }): void {
  manifest.dependencies.absent = '1.0.0';
  lock.packages['node_modules/absent'] = { integrity: lock.packages[EXPRESS].integrity, ...entry };
}

describe('the audit of the dependencies', () => {
  it('passes what is locked', async () => {
    const { code, output } = await audit();
    expect(output).toMatch(/; 7 passed, 0 failed, 0 skipped\n$/);
    expect(code).toBe(0);
  });

  it.each<[string, () => unknown, string]>([
    ['without a hash', () => delete lock.packages[EXPRESS].integrity, `${EXPRESS} has no SHA-512 hash`],
    [
      'with a weak hash',
      () => (lock.packages[EXPRESS].integrity = 'sha1-x'),
      `${EXPRESS} has no SHA-512 hash`,
    ],
    [
      'with an address to download from',
      () => (lock.packages[EXPRESS].resolved = 'https://evil.example/express.tgz'),
      `${EXPRESS} is downloaded from https://evil.example/express.tgz`,
    ],
    [
      'from a Git repository',
      () => (manifest.devDependencies.express = 'github:evil/express'),
      'package.json asks for express from github:evil/express',
    ],
    [
      'from a Git repository, by a dependency',
      () => (lock.packages[EXPRESS].dependencies.qs = 'git+ssh://git@evil.example/qs.git'),
      `${EXPRESS} asks for qs from git+ssh://git@evil.example/qs.git`,
    ],
    [
      'from a folder',
      () => (manifest.devDependencies.esbuild = 'file:../esbuild'),
      'asks for esbuild from file:../esbuild',
    ],
    [
      'in the place of another',
      () => (manifest.overrides.qs = 'https://evil.example/qs.tgz'),
      'asks for qs from https',
    ],
    [
      'with an install script that nobody has looked at',
      () => (lock.packages[EXPRESS].hasInstallScript = true),
      `${EXPRESS} has an install script`,
    ],
    [
      'with an install script that the lock does not tell',
      () => {
        delete lock.packages['node_modules/sqlite3'].hasInstallScript;
        delete manifest.allowScripts.sqlite3;
      },
      'node_modules/sqlite3 has an install script',
    ],
    [
      'under a licence that asks for more',
      () => shipAbsent({ license: '(MIT AND GPL-3.0-only)' }),
      'node_modules/absent has the licence "(MIT AND GPL-3.0-only)"',
    ],
    [
      'that refuses a version of Node.js',
      () => (lock.packages[EXPRESS].engines = { node: '>=22' }),
      `${EXPRESS} wants Node.js >=22, not 20.19.0`,
    ],
    ['without a licence', () => shipAbsent({}), 'node_modules/absent has the licence undefined'],
  ])('fails for a package %s', async (_what, spoil, told) => {
    spoil();
    const { code, output } = await audit();
    expect(output).toContain(told);
    expect(output).toMatch(/; 6 passed, 1 failed, 0 skipped\n$/);
    expect(code).toBe(1);
  });

  it.each([
    ['moderate', 'node_modules/qs', 0],
    ['high', 'node_modules/qs', 1],
    ['critical', 'node_modules/qs', 1],
    ['critical', 'node_modules/eslint', 0],
  ])('knows of a weakness that is %s in %s', async (severity, place, expected) => {
    const { code } = await audit({
      vulnerabilities: { x: { name: 'x', severity, range: '<6', nodes: [place] } },
    });
    expect(code).toBe(expected);
  });

  it('does not take a registry that tells nothing for one that knows of nothing', async () => {
    const { code, output } = await audit({ message: '405 Method Not Allowed', statusCode: 405 });
    expect(output).toContain('skipped: npm audit, high and critical: 405 Method Not Allowed\n');
    expect(output).toMatch(/; 6 passed, 0 failed, 1 skipped\n$/);
    expect(code).toBe(0);
  });
});

describe('what is installed with the server', () => {
  const packages = () =>
    Object.entries<any>(lock.packages).filter(
      ([path, { dev, link }]) => path.includes('node_modules/') && dev !== true && link !== true,
    );

  it('has none of what is bundled or only builds, and at most 84 packages', () => {
    const names = packages().map(([path]) => path.split('node_modules/').at(-1));
    for (const name of ['@nestjs/core', 'typeorm', 'swagger-ui-dist', 'typescript', 'jest', '@scarf/scarf']) {
      expect(names).not.toContain(name);
    }
    expect(names.length).toBeLessThanOrEqual(84);
  });

  it('runs one install script, and telemetry runs nowhere', () => {
    const running = packages().filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(running.map(([path]) => path)).toEqual(['node_modules/sqlite3']);
    const telemetry = Object.entries<any>(lock.packages).filter(([path]) => path.endsWith('/@scarf/scarf'));
    expect(telemetry.map(([, { name, hasInstallScript }]) => [name, hasInstallScript])).toEqual([
      ['ee-first', undefined],
    ]);
  });
});

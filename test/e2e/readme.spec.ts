import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '../support/test-app.js';

const run = promisify(execFile);

let server: TestApp;
let readme: string;

beforeAll(async () => {
  server = await createTestApp();
  readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
});
afterAll(() => server.close());

/** The block that contains a text, for this server instead of the one that the document starts. */
function block(language: string, text: string): string {
  const blocks = [...readme.matchAll(/^```(\w+)\n([^]*?)^```/gm)];
  const found = blocks.find(([, name, code = '']) => name === language && code.includes(text));
  return (found?.[2] ?? '').replaceAll('http://127.0.0.1:8776', server.url);
}

/** Runs a test where a command is installed; otherwise its title says what is missing. */
const itWith = (command: string) =>
  existsSync(`/usr/bin/${command}`)
    ? it
    : (title: string, test: () => Promise<void>) => it.skip(`${title} (${command} is not installed)`, test);

describe('README.md', () => {
  it('has at most 150 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(151);
  });

  it('begins with a request that answers', async () => {
    const { stdout } = await run('bash', ['-euc', block('sh', 'curl ')]);
    expect(JSON.parse(stdout)).toEqual({ attachments: [] });
  });

  itWith('cinder')('shows how cinder attaches', async () => {
    const { stdout } = await run('bash', ['-euc', block('sh', 'cinder create')]);
    expect(stdout).toMatch(/\| iqn\.|attaching/);
  });

  itWith('openstack')(
    'shows how openstack finds the server in clouds.yaml, and lists attachments',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'clinker-readme-'));
      try {
        await writeFile(join(folder, 'clouds.yaml'), block('yaml', 'clouds:'));
        // The project of the block before, whose attachment a reader expects to see.
        const [, project = ''] = /OS_PROJECT_ID=(\S+)/.exec(block('sh', 'cinder create')) ?? [];
        const api = server.api.of(project);
        const attachment = await api.attachment(await api.volume());
        const { stdout } = await run('bash', ['-euc', block('sh', '--os-cloud')], { cwd: folder });
        expect(stdout).toContain(attachment);
        await api.delete(attachment);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  it('shows how JavaScript asks', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', block('js', 'fetch(')]);
    expect(stdout).toContain('attachments: []');
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadRules, PolicyError, readPolicyFile } from '../../src/api/auth/policy-file/policy-file.js';
import { POLICY } from '../../src/api/auth/policy.js';
import { asPolicyFile } from '../../src/cli/policy.js';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act } from '../support/volume-state.js';

const folder = mkdtempSync(join(tmpdir(), 'clinker-policy-'));
let serial = 0;

function file(text: string): string {
  serial += 1;
  const path = join(folder, `policy-${serial}.yaml`);
  writeFileSync(path, text);
  return path;
}

const serverWith = (policy: string): Promise<TestApp> =>
  createTestApp({ personas: true, settings: { CLINKER_POLICY_FILE: file(policy) } });

const elsewhere = randomUUID().replaceAll('-', '');

describe('a policy file', () => {
  let server: TestApp;
  let admin: Api;
  let volume: string;

  beforeAll(async () => {
    server = await serverWith(`
# Operators attach, members do not.
"volume:attachment_create": "role:member or role:operator"
"volume:attachment_update": "role:operator"
volume:attachment_delete: rule:attachers
attachers: >-
  (role:operator or role:janitor)
  and not role:trainee
"volume:attachment_show": "not role:stranger"
"volume:get": ""
"volume:delete": "!"
"volume:attachment_complete": "is_admin:True and not project_id:%(project_id)s"
"volume:update": "is_admin:True and project_id:%(project_id)s"
"volume:force_delete": "rule:owning_admin"
"owning_admin": "rule:context_is_admin and project_id:%(project_id)s"
"volume_extension:services:index": "role:Auditor AND is_admin:False"
`);
    admin = server.api;
    volume = await admin.volume();
  });
  afterAll(() => server.close());

  const as = (roles: string): Api => admin.as(roles);

  it('replaces the defaults with its own rules', async () => {
    for (const roles of ['operator', 'member', 'other,operator']) {
      expect((await as(roles).create(await admin.volume())).status).toBe(200);
    }
    const own = await as('member').attachment(await admin.volume());
    expect((await as('operator').update(own)).status).toBe(200);
    expect((await as('member').update(own)).status).toBe(403);
    expect((await as('admin,member').update(own)).status).toBe(403);
  });

  it('asks for the project where a rule excludes it', async () => {
    const id = await as('admin,member').attachment(await admin.volume());
    expect((await as('admin').complete(id)).status).toBe(403);
    expect((await admin.as('admin', 'another').complete(id)).status).toBe(204);
  });

  it('refuses the others in the words of the API', async () => {
    const answer = await as('reader').create(volume);
    expect([answer.status, answer.message]).toEqual([
      403,
      "Policy doesn't allow volume:attachment_create to be performed.",
    ]);
  });

  it('may name rules of its own, with and, or, not and parentheses', async () => {
    const id = await as('member').attachment(await admin.volume());
    expect((await as('member').delete(id)).status).toBe(403);
    expect((await as('janitor,trainee').delete(id)).status).toBe(403);
    expect((await as('operator,trainee').delete(id)).status).toBe(403);
    expect((await as('janitor').delete(id)).status).toBe(200);
  });

  it('may let everyone, nobody, or all but some', async () => {
    expect((await as('other').get(`/v3/volumes/${volume}`)).status).toBe(200);
    expect((await admin.send('DELETE', `/v3/volumes/${volume}`)).status).toBe(403);
    expect((await as('other').get('/v3/attachments')).status).toBe(200);
    expect((await as('admin,stranger').get('/v3/attachments')).status).toBe(403);
  });

  it('knows roles in any letter case, and who is no admin', async () => {
    expect((await as('auditor').get('/v3/os-services')).status).toBe(200);
    expect((await as('auditor,admin').get('/v3/os-services')).status).toBe(403);
  });

  it('leaves the other rules as they are', async () => {
    expect((await as('reader').send('POST', '/v3/types', { volume_type: { name: 'x' } })).status).toBe(403);
    expect((await as('member').volume()).length).toBe(36);
  });

  it("does not show another project's things, whatever it says: 404", async () => {
    const attachment = await as('member').attachment(await admin.volume());
    const stranger = admin.as('operator,janitor,member', elsewhere);
    const answers = [
      await stranger.get(`/v3/volumes/${volume}`),
      await stranger.show(attachment),
      await stranger.update(attachment),
      await stranger.delete(attachment),
      await stranger.create(volume),
      await stranger.send('DELETE', `/v3/volumes/${volume}`),
      await stranger.send('PUT', `/v3/volumes/${volume}`, { volume: { name: 'x' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await stranger.get('/v3/volumes')).body.volumes).toEqual([]);
  });

  it("distinguishes an admin's own project from others", async () => {
    const rename = (api: Api) => api.send('PUT', `/v3/volumes/${volume}`, { volume: { name: 'x' } });
    expect((await rename(admin)).status).toBe(200);
    expect((await rename(admin.as('admin', elsewhere))).status).toBe(403);
    expect((await rename(as('member'))).status).toBe(403);
    const unknown = `/v3/volumes/${randomUUID()}`;
    expect((await admin.send('PUT', unknown, { volume: { name: 'x' } })).status).toBe(404);
  });

  it('tells them apart in what services ask for, too', async () => {
    const doomed = await admin.volume();
    expect((await act(admin.as('admin', elsewhere), doomed, 'os-force_delete')).status).toBe(403);
    expect((await act(admin, doomed, 'os-force_delete')).status).toBe(202);
  });

  it('shows credentials to callers who may attach', async () => {
    const id = await as('operator').attachment(await admin.volume());
    const connected = await as('operator').update(id, aConnector());
    expect(connected.body.attachment.connection_info).toHaveProperty('auth_password');
    const { connection_info: shown } = (await as('member').show(id)).body.attachment;
    expect(shown).toHaveProperty('target_iqn');
    expect(Object.keys(shown).filter((key) => key.includes('auth'))).toEqual([]);
  });
});

describe('context_is_admin', () => {
  it('decides who is an admin, and nothing else does', async () => {
    const server = await serverWith('"context_is_admin": "role:cloud_admin"\n');
    try {
      const owner = server.api.as('member');
      const attachment = await owner.attachment(await owner.volume());
      expect((await server.api.as('cloud_admin', elsewhere).show(attachment)).status).toBe(200);
      expect((await server.api.as('cloud_admin', elsewhere).delete(attachment)).status).toBe(200);
      expect((await server.api.as('cloud_admin').get('/v3/os-services')).status).toBe(200);
      const former = server.api.as('admin,member', elsewhere);
      expect((await former.show(attachment)).status).toBe(404);
      expect((await former.get('/v3/os-services')).status).toBe(403);
      expect((await former.get('/v3/attachments?all_tenants=1&project_id=x')).status).toBe(400);
    } finally {
      await server.close();
    }
  });
});

describe('clinker policy', () => {
  it('prints a policy file that says what holds anyway, each rule as a comment', () => {
    const text = asPolicyFile(new Map());
    expect(readPolicyFile(file(text)).rules.size).toBe(0);
    const all = file(text.replaceAll('# "', '"'));
    expect(() => loadRules(all)).not.toThrow();
    expect([...readPolicyFile(all).rules.keys()]).toEqual(expect.arrayContaining(Object.keys(POLICY)));
  });

  it("prints an operator's rules as they are", () => {
    const own = new Map([
      ['volume:get', 'rule:"odd" or !'],
      ['"odd"', 'role:x'],
    ]);
    const { rules } = readPolicyFile(file(asPolicyFile(own)));
    expect(new Map([...rules].map(([name, { text }]) => [name, text]))).toEqual(own);
  });
});

describe('mistakes in a policy file stop the start', () => {
  async function problemsOf(text: string): Promise<string[]> {
    const path = file(text);
    try {
      await (await createTestApp({ settings: { CLINKER_POLICY_FILE: path } })).close();
      return [];
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      return error.problems.map((problem) => problem.replace(`${path}:`, ''));
    }
  }

  it('all of them at once, each with its line and rule', async () => {
    const problems = await problemsOf(`"volume:get": "role:reader and"
"volume:creat": "role:member"
"volume:delete": "rule:owners"
"volume:update": "(role:member"
"a": "rule:b"
"b": "rule:a or role:x"
"volume:extend": ["role:member"]
"volume:multiattach": "rule:a"
`);
    expect(problems).toEqual([
      '1: volume:get: a check is missing after and',
      '2: volume:creat: unknown rule, and no other rule refers to it',
      '3: volume:delete: rule:owners is not defined',
      '4: volume:update: there is an unmatched (',
      '5: a: refers to itself: a → b → a',
      '7: volume:extend: must be a string; put it in quotes',
    ]);
  });

  it.each([
    ['or role:x', 'a check is missing at the beginning'],
    ['role:a or or role:b', 'a check is missing after or'],
    ['not', 'a check is missing after not'],
    ['()', 'a check is missing after ('],
    ['role:a role:b', 'expected "and", "or" or the end before role:b'],
    ['(role:a role:b)', 'expected ) before role:b'],
    ['role:a)', 'there is an unmatched )'],
    ['admin', 'unknown check admin; the checks are'],
    ['role:', 'unknown check role:'],
    ['role:%(target.role)s', 'unknown check'],
    ['project_id:abc', 'unknown check project_id:abc'],
    ['user_id:%(user_id)s', 'unknown check'],
    ['is_admin:true', 'unknown check'],
    ['system_scope:all', 'unknown check'],
  ])('%j: %s', async (text, problem) => {
    expect(await problemsOf(`# a comment\n"volume:get": "${text}"\n`)).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it.each([
    [
      'a rule of itself',
      '"volume:get": "rule:volume:get"',
      'volume:get: refers to itself: volume:get → volume:get',
    ],
    [
      'a rule of itself through an own one that stands above it',
      '"mine": "rule:volume:get"\n"volume:get": "rule:mine"',
      '1: mine: refers to itself: mine → volume:get → mine',
    ],
    ['an admin by being one', '"context_is_admin": "is_admin:True"', 'refers to itself'],
    [
      'an admin by a default that asks',
      '"context_is_admin": "rule:admin_api"',
      'refers to itself: context_is_admin → admin_api → context_is_admin',
    ],
    [
      'an admin of a project',
      '"context_is_admin": "role:a and rule:p"\n"p": "project_id:%(project_id)s"',
      'admins are not limited to a project',
    ],
    [
      'nobody without quotes, which YAML reads as everyone',
      'volume:delete: !',
      'volume:delete: must be a string',
    ],
    ['nothing', 'volume:delete:', 'volume:delete: must be a string'],
    ['everyone without quotes', 'volume:delete: @', 'reserved character @'],
    ['a rule twice', '"volume:get": "@"\n"volume:get": "!"', '2: Map keys must be unique'],
    ['a list', '- "volume:get"', 'must contain rules'],
    ['no YAML', '"volume:get: "@"', '1: '],
    ['no name', ': "@"', '1: '],
  ])('%s', async (_what, text, problem) => {
    expect((await problemsOf(`${text}\n`)).join('\n')).toContain(problem);
  });

  it('a file that is not there', async () => {
    await expect(createTestApp({ settings: { CLINKER_POLICY_FILE: 'none.yaml' } })).rejects.toThrow(
      /policy_file: .*none\.yaml cannot be read \(ENOENT\)/,
    );
  });

  it('none, when it is empty or says what holds anyway', async () => {
    expect(await problemsOf('')).toEqual([]);
    expect(await problemsOf('# nothing\n')).toEqual([]);
    expect(await problemsOf('"admin_or_owner": "is_admin:True or project_id:%(project_id)s"\n')).toEqual([]);
    expect(await problemsOf('{"volume:get": "((not !) and @) or rule:admin_or_owner"}')).toEqual([]);
  });
});

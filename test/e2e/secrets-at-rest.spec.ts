import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { Reader } from '../../src/platform/database/reader.js';
import { assertServersUse } from '../../src/operations/keys-of-others.js';
import { rotateSecrets } from '../../src/platform/database/secrets/rotate-secrets.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { aConnector, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const first = newKey('first');
const second = newKey('second');

let server: TestApp | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(keys: string, continueFrom?: TestApp): Promise<TestApp> {
  server = await createTestApp({
    ...(keys === '' ? {} : { settings: { CLINKER_SECRET_KEYS: keys } }),
    ...(continueFrom === undefined ? {} : { continueFrom }),
  });
  return server;
}

async function connect(api: Api): Promise<{ id: string; password: string }> {
  const id = await api.attachment(await api.volume(), { connector: aConnector() });
  const { body } = await api.show(id);
  return { id, password: body.attachment.connection_info.auth_password };
}

/** The stored text of all columns that may hold credentials. */
async function stored(): Promise<string> {
  const reader = server?.app.get(Reader);
  const rows = [
    ...((await reader?.rows('SELECT * FROM attachments', [])) ?? []),
    ...((await reader?.rows('SELECT * FROM volumes', [])) ?? []),
    ...((await reader?.rows('SELECT * FROM operations', [])) ?? []),
  ];
  return JSON.stringify(rows);
}

async function rotate(at: TestApp, keys: string): Promise<number> {
  const { data_folder: folder, database_url: database } = at.config;
  const settings = { CLINKER_DATA_FOLDER: folder, DATABASE_URL: database ?? '', CLINKER_SECRET_KEYS: keys };
  const config = loadConfig(settings, folder);
  return rotateSecrets(config, (keyId, source) => assertServersUse(keyId, source, config));
}

async function keysIn(at: TestApp): Promise<string[]> {
  const rows = await at.app.get(Reader).rows<{ id: string }>('SELECT id FROM secret_keys ORDER BY id', []);
  return rows.map(({ id }) => id);
}

async function seenBy(at: TestApp, project: string, id: string): Promise<string> {
  const api = new Api(at.url, { token: `admin:${project}`, version: NEWEST, project });
  return (await api.show(id)).body.attachment.connection_info.auth_password;
}

describe('stored credentials', () => {
  it('are encrypted under a key, shown as before, and usable after a restart', async () => {
    const before = await start(first);
    const { id, password } = await connect(before.api);
    expect(password.length).toBeGreaterThan(8);
    const text = await stored();
    expect(text).toContain('sealed:1:first:');
    expect(text).not.toContain(password);
    await before.stop();
    const after = await start(first, before);
    expect(await seenBy(after, before.api.project, id)).toBe(password);
    const api = new Api(after.url, {
      token: `admin:${before.api.project}`,
      version: NEWEST,
      project: before.api.project,
    });
    expect((await api.update(id)).status).toBe(200);
    expect((await api.delete(id)).status).toBe(200);
  });

  it('are encrypted in the journal too', async () => {
    const { app } = await start(first);
    const { OperationJournal } = await import('../../src/operations/operation-journal.js');
    await app.get(UnitOfWork).run((tx) =>
      app.get(OperationJournal).open(tx, {
        kind: 'connect',
        volumeId: crypto.randomUUID(),
        requestId: 'req-1',
        details: { connector: { secret: 'journal-secret' } },
      }),
    );
    expect(await stored()).not.toContain('journal-secret');
  });

  it('are plain text without a key, which the start warns of', async () => {
    const { api, log } = await start('');
    const { password } = await connect(api);
    expect(await stored()).toContain(password);
    expect(log.join('\n')).toContain('stored as plain text');
  });

  it('written without a key are readable, and encrypted by rotation while the server runs', async () => {
    const plain = await start('');
    const { id, password } = await connect(plain.api);
    await plain.stop();
    const keyed = await start(`${second},${first}`, plain);
    expect(await seenBy(keyed, plain.api.project, id)).toBe(password);
    await expect(rotate(keyed, first)).rejects.toThrow('encrypts with the key second');
    expect(await rotate(keyed, `${second},${first}`)).toBe(2);
    expect(await rotate(keyed, `${second},${first}`)).toBe(0);
    const text = await stored();
    expect(text).not.toContain(password);
    expect(text).not.toContain('sealed:1:first:');
    expect(await seenBy(keyed, plain.api.project, id)).toBe(password);
  });

  it('are not encrypted with a key that the running server does not use', async () => {
    const running = await start(first);
    const { id, password } = await connect(running.api);
    await expect(rotate(running, `${second},${first}`)).rejects.toThrow(
      /^The server on \S+ \(process \d+\) encrypts with the key first: restart it with second as the first key\./,
    );
    expect(await seenBy(running, running.api.project, id)).toBe(password);
    expect(await keysIn(running)).toEqual(['', 'first']);
    await running.stop();
    expect(await rotate(running, `${second},${first}`)).toBe(2);
    const restarted = await start(`${second},${first}`, running);
    expect(await seenBy(restarted, running.api.project, id)).toBe(password);
  });

  it('stop a start without their key, or with another one of its name', async () => {
    const before = await start(first);
    const { password } = await connect(before.api);
    await before.stop();
    for (const keys of ['', second, newKey('first')]) {
      const failure = await createTestApp({
        continueFrom: before,
        ...(keys === '' ? {} : { settings: { CLINKER_SECRET_KEYS: keys } }),
      }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect((failure as Error).message).toContain('the key first');
      expect((failure as Error).message).not.toContain(password);
    }
  });

  it('are proved at start without reading them, also in a database of an earlier release', async () => {
    const before = await start(first);
    const { id, password } = await connect(before.api);
    const units = before.app.get(UnitOfWork);
    expect(await keysIn(before)).toEqual(['', 'first']);
    await units.run((tx) => tx.manager.query('DELETE FROM secret_keys'));
    await before.stop();
    await expect(start(newKey('first'), before)).rejects.toThrow('the key first');
    const upgraded = await start(`${second},${first}`, before);
    expect(await keysIn(upgraded)).toEqual(['', 'first', 'second']);
    expect(await seenBy(upgraded, before.api.project, id)).toBe(password);
    expect([await rotate(upgraded, `${second},${first}`), await rotate(upgraded, second)]).toEqual([2, 0]);
    expect(await keysIn(upgraded)).toEqual(['', 'second']);
  });

  it('do not open in another row', async () => {
    const { api, app } = await start(first);
    const [one, other] = [await connect(api), await connect(api)];
    await app.get(UnitOfWork).run(async (tx) => {
      const [row] = await app
        .get(Reader)
        .rows<{ connection_info: string }>('SELECT connection_info FROM attachments WHERE id = ?', [one.id]);
      const { SealedText } = await import('../../src/platform/database/secrets/sealed-text.js');
      await tx.manager.update(
        AttachmentEntity,
        { id: other.id },
        { connectionInfo: new SealedText(row?.connection_info ?? '') },
      );
    });
    expect((await api.show(one.id)).status).toBe(200);
    expect((await api.show(other.id)).status).toBe(500);
  });

  it('of a key that another server has are unavailable here, and say which', async () => {
    const { api, app } = await start(first);
    const { id } = await connect(api);
    await app.get(UnitOfWork).run(async ({ manager }) => {
      const { SealedText, SEALED_PREFIX } =
        await import('../../src/platform/database/secrets/sealed-text.js');
      const connectionInfo = new SealedText(`${SEALED_PREFIX}elsewhere:AAAA`);
      await manager.update(AttachmentEntity, { id }, { connectionInfo });
    });
    const shown = await api.show(id);
    expect([shown.status, shown.message]).toEqual([
      503,
      `attachments.connection_info of ${id} needs the key elsewhere, which is not configured: add it to secret_keys or secret_keys_file of this server`,
    ]);
    expect(Number(shown.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('of a key that another server has do not end the check of their backend', async () => {
    const { api, app } = await start(first);
    const volumes = [await api.volume(), await api.volume()].sort();
    const [sealedElsewhere, lost] = volumes as [string, string];
    for (const volume of volumes) await api.attachment(volume, { connector: aConnector() });
    await app.get(UnitOfWork).run(async ({ manager }) => {
      const { SealedText, SEALED_PREFIX } =
        await import('../../src/platform/database/secrets/sealed-text.js');
      const connectionInfo = new SealedText(`${SEALED_PREFIX}elsewhere:AAAA`);
      await manager.update(AttachmentEntity, { volumeId: sealedElsewhere }, { connectionInfo });
    });
    const ref = { id: lost, name: `volume-${lost}`, sizeGib: 1, projectId: api.project, exportDetails: null };
    await app.get(BackendRegistry).default.exclusively(lost, '', (session) => session.removeExport(ref));
    const { body } = await api.get('/v3/clinker-consistency');
    expect(body.consistency.unchecked).toEqual([
      { backend: 'fake', reason: expect.stringContaining('needs the key elsewhere') },
    ]);
    expect(body.consistency.findings).toEqual([expect.objectContaining({ volume_id: lost })]);
  });
});

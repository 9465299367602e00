import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ENTITIES } from '../../src/app/entities.js';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { Database } from '../../src/platform/database/database.module.js';
import { EntityRows } from '../../src/platform/database/entity-rows.js';
import { SqlExpression } from '../../src/platform/database/sql-expression.js';
import type { Tx } from '../../src/platform/database/unit-of-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { VolumeEntity } from '../../src/volumes/index.js';
import { emptyDatabaseUrl } from '../support/databases.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

let folder: string;
let database: Database;
let operations: EntityRows<OperationEntity>;
let volumes: EntityRows<VolumeEntity>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-rows-'));
  const url = await emptyDatabaseUrl(join(folder, 'clinker.sqlite'));
  const settings = { DATABASE_URL: url, CLINKER_DATA_FOLDER: folder, CLINKER_SECRET_KEYS: `a:${KEY}` };
  database = await Database.open(loadConfig(settings, folder), ENTITIES);
  operations = new EntityRows(OperationEntity, database.secrets);
  volumes = new EntityRows(VolumeEntity, database.secrets);
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const unit = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.unitOfWork.run(work);

const anOperation = (id: string, more: Partial<OperationEntity> = {}): OperationEntity => ({
  id,
  kind: 'connect',
  volumeId: 'v',
  attachmentId: null,
  requestId: 'req-1',
  owner: 'me',
  asker: null,
  details: {},
  startedAt: '2026-01-01T00:00:00.000000',
  ...more,
});

const aVolume = (id: string, more: Partial<VolumeEntity> = {}): VolumeEntity => ({
  id,
  projectId: 'p',
  userId: 'u',
  name: null,
  description: null,
  sizeGib: 1,
  pendingSizeGib: null,
  status: 'available',
  attachStatus: 'detached',
  migrationStatus: null,
  multiattach: true,
  bootable: false,
  readonly: false,
  readonlySet: true,
  volumeTypeId: null,
  backend: 'fake',
  availabilityZone: 'nova',
  exportDetails: null,
  encryptionKeyId: null,
  errorReason: null,
  createdAt: '2026-01-01T00:00:00.000000',
  updatedAt: null,
  ...more,
});

it('returns what it stored, booleans, nulls, numbers and JSON alike, as TypeORM does', async () => {
  const given = aVolume('v', { exportDetails: { secret: "it's" }, name: "a '?' $1 \\ name" });
  const { own, typeorms } = await unit(async (tx) => {
    await volumes.insert(tx, given);
    const found = await volumes.find(tx, { id: 'v' }, { isLocked: true });
    return { own: found, typeorms: await tx.manager.findBy(VolumeEntity, { id: 'v' }) };
  });
  expect(own).toEqual([given]);
  expect(typeorms.map((one) => ({ ...one }))).toEqual(own);
});

it('seals what TypeORM opens, and opens what is sealed again', async () => {
  const details = { password: 'hunter2' };
  await unit((tx) => operations.insert(tx, anOperation('one', { details })));
  const stored = async (): Promise<string> => {
    const [row] = await database.reader.rows<{ details: string }>('SELECT details FROM operations', []);
    return row?.details ?? '';
  };
  expect(await stored()).toMatch(/^sealed:1:a:/);
  expect(await unit((tx) => tx.manager.findOneByOrFail(OperationEntity, { id: 'one' }))).toMatchObject({
    details,
  });
  await unit((tx) => operations.update(tx, { id: 'one' }, { details: { password: 'other' } }));
  expect(await stored()).not.toContain('other');
  const [changed] = await unit((tx) => operations.find(tx, { id: 'one' }));
  expect(changed?.details).toEqual({ password: 'other' });
});

it('changes and removes the rows that equal, a missing value included, and tells how many', async () => {
  const [one, two, three] = ['one', 'two', 'three'].map((id) => anOperation(id));
  await unit(async (tx) => {
    for (const row of [one, two, three]) await operations.insert(tx, row!);
    expect(await operations.update(tx, { id: 'two' }, { attachmentId: 'a' })).toBe(1);
    expect(await operations.update(tx, { kind: 'connect', attachmentId: null }, { owner: 'you' })).toBe(2);
    expect(await operations.ids(tx, { owner: 'me' })).toEqual(['two']);
    expect(await operations.remove(tx, { attachmentId: null })).toBe(2);
    expect(await operations.remove(tx, { attachmentId: null })).toBe(0);
    expect(await operations.exists(tx, { id: 'one' })).toBe(false);
    expect(await operations.exists(tx, { id: 'two', owner: 'me' })).toBe(true);
  });
});

it('stores a value that looks like SQL as a value', async () => {
  const details = { sql: "(SELECT 'evil')", parameters: [] };
  await unit((tx) => operations.insert(tx, anOperation('one', { details })));
  const [found] = await unit((tx) => operations.find(tx, { id: 'one' }));
  expect(found?.details).toEqual(details);
});

it('computes the values that are SQL', async () => {
  await unit((tx) =>
    operations.insert(tx, { ...anOperation('one'), kind: new SqlExpression('LOWER(?)', ['X']) }),
  );
  expect(await unit((tx) => operations.ids(tx, { kind: 'x' }))).toEqual(['one']);
});

it('refuses a statement on all rows, a row with a missing value, and sealing for no id', async () => {
  const incomplete = anOperation('one', { owner: undefined as never });
  await expect(unit((tx) => operations.remove(tx, {}))).rejects.toThrow('needs a condition');
  await expect(unit((tx) => operations.insert(tx, incomplete))).rejects.toThrow(
    'operations.owner has no value',
  );
  const changing = unit((tx) => operations.update(tx, { kind: 'connect' }, { details: { password: 'x' } }));
  await expect(changing).rejects.toThrow('not named by its id');
  expect(() => new EntityRows(OperationEntity)).toThrow('has sealed columns');
});

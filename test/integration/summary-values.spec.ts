import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Database } from '../../src/platform/database/database.module.js';
import { Reader } from '../../src/platform/database/reader.js';
import { MOST_VALUES, MOST_VALUES_OF_KEY } from '../../src/volumes/list/metadata-values.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;

beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());

const newProject = (): string => randomUUID().replaceAll('-', '');

async function summaryOf(projectId: string, query = ''): Promise<any> {
  const { status, body } = await server.api.of(projectId).get(`/v3/volumes/summary${query}`);
  expect(status).toBe(200);
  return body['volume-summary'];
}

/** Creates a volume in a project for each of the given metadata. */
async function addVolumes(
  projectId: string,
  metadata: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const first = await server.api.of(projectId).volume();
  await server.app.get(Database).unitOfWork.run(async ({ manager }) => {
    const model = await manager.findOneByOrFail('VolumeEntity', { id: first });
    const volumes = metadata.map((entries) => ({ ...model, id: randomUUID(), entries }));
    await insert(
      manager,
      'VolumeEntity',
      volumes.map(({ entries: _, ...volume }) => volume),
    );
    await insert(
      manager,
      'VolumeMetadataEntity',
      volumes.flatMap(({ id: volumeId, entries }) =>
        Object.entries(entries).map(([key, value]) => ({ volumeId, projectId, key, value })),
      ),
    );
  });
}

async function insert(manager: EntityManager, entity: string, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 500)
    await manager
      .createQueryBuilder()
      .insert()
      .into(entity)
      .values(rows.slice(start, start + 500))
      .updateEntity(false)
      .execute();
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const padded = (index: number): string => String(index).padStart(6, '0');

describe('the summary of volumes', () => {
  it('names every value of each key once, of the project alone', async () => {
    const [own, other] = [newProject(), newProject()];
    await addVolumes(own, [
      ...many(250, () => ({ color: 'red', tier: 'gold' })),
      ...many(120, () => ({ color: 'blue' })),
      { color: 'green', zone: 'z' },
      { color: 'red', __proto__x: 'y' },
    ]);
    await addVolumes(other, [{ color: 'violet' }]);
    expect(await summaryOf(own)).toEqual({
      total_count: 373,
      total_size: 373,
      metadata: { color: ['blue', 'green', 'red'], tier: ['gold'], zone: ['z'], __proto__x: ['y'] },
    });
    expect((await summaryOf(newProject())).metadata).toEqual({});
    const everywhere = (await summaryOf(newProject(), '?all_tenants=1')).metadata;
    expect(everywhere.color).toEqual(['blue', 'green', 'red', 'violet']);
  });

  it('follows what becomes of the metadata', async () => {
    const project = newProject();
    const api = server.api.of(project);
    const volume = await api.volume({ metadata: { a: '1', b: '1' } });
    const path = `/v3/volumes/${volume}/metadata`;
    const values = async () => (await summaryOf(project)).metadata;
    expect(await values()).toEqual({ a: ['1'], b: ['1'] });
    await api.send('POST', path, { metadata: { a: '2' } });
    await api.send('PUT', `${path}/c`, { meta: { c: '3' } });
    await api.send('DELETE', `${path}/b`);
    expect(await values()).toEqual({ a: ['2'], c: ['3'] });
    await api.send('PUT', path, { metadata: { d: '4' } });
    expect(await values()).toEqual({ d: ['4'] });
    await api.send('PUT', `/v3/volumes/${volume}`, { volume: { metadata: { e: '5' } } });
    expect(await values()).toEqual({ e: ['5'] });
    await api.send('DELETE', `/v3/volumes/${volume}`);
    await api.untilVolume(volume, (left) => left === undefined);
    expect(await values()).toEqual({});
  });

  it('leaves out values beyond so many of a key, and says so', async () => {
    const project = newProject();
    await addVolumes(
      project,
      many(MOST_VALUES_OF_KEY, (index) => ({ serial: padded(index), tier: 'gold' })),
    );
    const whole = await summaryOf(project);
    expect(whole.metadata.serial).toHaveLength(MOST_VALUES_OF_KEY);
    expect(whole).not.toHaveProperty('metadata_truncated');
    await addVolumes(project, [{ serial: padded(MOST_VALUES_OF_KEY), zone: 'z' }]);
    const { metadata, metadata_truncated: isTruncated } = await summaryOf(project);
    expect([isTruncated, metadata.serial.length, metadata.serial.at(-1)]).toEqual([
      true,
      MOST_VALUES_OF_KEY,
      padded(MOST_VALUES_OF_KEY - 1),
    ]);
    expect(metadata).toMatchObject({ tier: ['gold'], zone: ['z'] });
  });

  it('leaves out values beyond so many of all keys, and says so', async () => {
    const project = newProject();
    const entries = many(MOST_VALUES + 1, (index): [string, string] => [`key-${padded(index)}`, 'v']);
    const [last, ...others] = entries.reverse();
    await addVolumes(
      project,
      many(10, (index) => Object.fromEntries(others.slice(index * 1000, (index + 1) * 1000))),
    );
    const whole = await summaryOf(project);
    expect(Object.keys(whole.metadata)).toHaveLength(MOST_VALUES);
    expect(whole).not.toHaveProperty('metadata_truncated');
    await addVolumes(project, [Object.fromEntries([last ?? ['', '']])]);
    const cut = await summaryOf(project);
    expect(cut.metadata).toEqual(whole.metadata);
    expect(cut.metadata_truncated).toBe(true);
  });

  it('costs as much as there are values, whatever the number of volumes', async () => {
    const project = newProject();
    await addVolumes(
      project,
      many(3000, (index) => ({ rank: padded(index % 3) })),
    );
    const reader = server.app.get(Reader);
    const real = reader.rows.bind(reader);
    const lengths: number[] = [];
    const asked: Parameters<typeof reader.rows>[] = [];
    reader.rows = async <Row>(...args: Parameters<typeof reader.rows>): Promise<Row[]> => {
      const rows = await real<Row>(...args);
      if (!args[0].includes('volume_metadata')) return rows;
      lengths.push(rows.length);
      asked.push(args);
      return rows;
    };
    expect((await summaryOf(project)).metadata).toEqual({ rank: many(3, padded) });
    reader.rows = real;
    // One query per value, one past the last value of the key, and one past the last key.
    expect(lengths).toEqual([100, 100, 100, 0, 0]);
    // MariaDB needs help to start at the value; the others do so by themselves.
    if (reader.dialect !== 'mariadb') return;
    for (const [sql, parameters] of asked) {
      const [plan] = await real<{ type: string; Extra: string }>(`EXPLAIN ${sql}`, parameters);
      expect([plan?.type, plan?.Extra]).toEqual(['range', 'Using where; Using index']);
    }
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { createMigrator } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { Nodes1765300000000 } from '../../src/platform/database/migrations/1765300000000-nodes.js';
import { migrations } from '../../src/platform/database/migrations/index.js';
import { emptyDatabaseUrl, onServers } from '../support/databases.js';
import { type OtherSession, otherSession } from '../support/other-session.js';

let folder: string;
let source: DataSource;
/** Sessions of a server of the earlier release: a transaction that takes long, and a request. */
let long: OtherSession;
let request: OtherSession;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-beside-'));
  const url = await emptyDatabaseUrl(join(folder, 'clinker.sqlite'));
  const config = loadConfig({ DATABASE_URL: url, CLINKER_DATA_FOLDER: folder }, folder);
  const before = migrations.slice(0, migrations.indexOf(Nodes1765300000000));
  const earlier = createMigrator(config).setOptions({ migrations: before });
  await migrate(await earlier.initialize());
  await earlier.destroy();
  source = await createMigrator(config).initialize();
  [long, request] = [await otherSession(url), await otherSession(url)];
});
afterEach(async () => {
  for (const session of [long, request]) await session.end();
  await source.destroy();
  await rm(folder, { recursive: true, force: true });
});

onServers(it)(
  'a migration that waits for a table lets the requests behind it pass, and is done in the end',
  async () => {
    await long.run('BEGIN');
    await long.run('SELECT id FROM operations');
    let isMigrated = false;
    const migrated = migrate(source).then(() => (isMigrated = true));
    // Each would wait as long as the transaction if the migration did.
    for (let reads = 0; reads < 40; reads += 1) {
      await request.run('SELECT id FROM operations');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(isMigrated).toBe(false);
    await long.run('COMMIT');
    await migrated;
    expect(await source.query('SELECT asker FROM operations')).toEqual([]);
  },
);

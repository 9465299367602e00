import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { OperationJournal } from '../../src/operations/operation-journal.js';
import { onServers } from '../support/databases.js';
import { createTestApp } from '../support/test-app.js';

const ENTRIES = 20_000;
const CHUNK = 500;

onServers(describe)('work that API replicas ask for', () => {
  it('is found by its askers, whatever else is open', async () => {
    const server = await createTestApp();
    const { app } = server;
    const volume = await server.api.volume();
    const journal = app.get(OperationJournal);
    const plan = await app.get(UnitOfWork).run(async (tx) => {
      const { manager } = tx;
      const rows = Array.from({ length: CHUNK }, () => '(?, ?, ?, ?, ?, ?, ?)').join(', ');
      for (let made = 0; made < ENTRIES; made += CHUNK) {
        const values = Array.from({ length: CHUNK }, () => [
          ...[randomUUID(), 'delete_volume', volume, 'req-1', '', '{}', '2026-01-01T00:00:00.000000'],
        ]);
        await tx.statements.rows(
          `INSERT INTO operations (id, kind, volume_id, request_id, owner, details, started_at) VALUES ${rows}`,
          values.flat(),
        );
      }
      const isPostgres = manager.connection.options.type === 'postgres';
      await manager.query(isPostgres ? 'ANALYZE operations' : 'ANALYZE TABLE operations');
      const query = jest.spyOn(manager.queryRunner!, 'query');
      await journal.asked(tx, { backends: ['fake'], kinds: ['delete_volume'] }, 100);
      const [sql, parameters] = query.mock.calls[0]!;
      query.mockRestore();
      return JSON.stringify(await manager.query(`EXPLAIN ${sql}`, parameters));
    });
    await server.close();
    expect(plan).toContain('operations_asked');
    expect(plan).not.toContain('operations_started_id');
  });
});

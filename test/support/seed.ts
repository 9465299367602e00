import { randomUUID } from 'node:crypto';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { aConnector } from './api.js';
import type { TestApp } from './test-app.js';

const CREATED_AT = '2026-01-01T00:00:00.000000';

/** Rows per statement; SQLite accepts 32766 values. */
const CHUNK = 200;

/**
 * Inserts attached volumes into the database that do not exist on the backend.
 * @returns their ids.
 */
export async function seedAttached(server: TestApp, count: number, backend = 'fake'): Promise<string[]> {
  const { project } = server.api;
  const volumes = Array.from({ length: count }, () => ({
    id: randomUUID(),
    projectId: project,
    userId: 'admin',
    sizeGib: 1,
    status: 'in-use' as const,
    attachStatus: 'attached' as const,
    multiattach: false,
    bootable: false,
    readonly: false,
    readonlySet: false,
    backend,
    availabilityZone: 'nova',
    createdAt: CREATED_AT,
  }));
  const attachments = volumes.map(({ id }) => ({
    id: randomUUID(),
    volumeId: id,
    projectId: project,
    attachedHost: 'user',
    attachStatus: 'attached' as const,
    attachMode: 'rw' as const,
    connectionInfo: {},
    connector: aConnector('user'),
    createdAt: CREATED_AT,
  }));
  await server.app.get(UnitOfWork).run(async ({ manager }) => {
    for (let start = 0; start < count; start += CHUNK) {
      await manager.insert(VolumeEntity, volumes.slice(start, start + CHUNK));
      await manager.insert(AttachmentEntity, attachments.slice(start, start + CHUNK));
    }
  });
  return volumes.map(({ id }) => id);
}

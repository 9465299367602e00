import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from './test-app.js';

/** An API replica and a volume node on one database, in this process. */
export interface Fleet {
  readonly replica: TestApp;
  readonly node: TestApp;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly broker: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly fake?: object;
}

/** Starts a volume node with the backend `fake`, and an API replica that knows it. */
export async function startFleet({ broker, settings = {}, fake = {} }: FleetOptions): Promise<Fleet> {
  const shared = { CLINKER_TRANSPORT_URL: broker, CLINKER_PROCESS_LEASE_S: '3', ...settings };
  const node = await createTestApp({
    settings: { ...shared, CLINKER_ROLE: 'volume', CLINKER_NODE_NAME: `node-${randomUUID().slice(0, 8)}` },
    fake,
  });
  const replica = await createTestApp({
    settings: { ...shared, CLINKER_ROLE: 'api', DATABASE_URL: node.config.database_url ?? '' },
  });
  return {
    replica,
    node,
    close: async () => {
      await replica.close();
      await node.close();
    },
  };
}

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import type { CallContext, Connection, ExportDetails, VolumeRef } from 'clinker-driver';
import {
  EXPORT_DETAILS,
  overTransport,
  recordedFrom,
  type Answer,
  type Driver,
  type Sent,
} from './subject.js';

/** What the driver sent during a volume's life, and what the storage answered. `npm run record` writes it anew. */
const FILE = new URL('../../test/exchanges.json', import.meta.url);

interface Exchange {
  readonly sent: Sent;
  readonly answer: Answer;
}

const VOLUME: VolumeRef = {
  id: '6f1d7f5e-0c5a-4b53-9a3e-4e9f4a0b8c11',
  name: 'volume-6f1d7f5e-0c5a-4b53-9a3e-4e9f4a0b8c11',
  sizeGib: 1,
  projectId: 'd5f0c1b2a3948576',
  // With known credentials, so that each run sends the same.
  exportDetails: EXPORT_DETAILS,
};
const CONNECTION: Connection = {
  attachmentId: '2b4c6d8e-1111-4222-8333-444455556666',
  connector: { host: 'host-1', ip: '192.0.2.1', initiator: 'iqn.1994-05.com.example:host-1' },
  mode: 'rw',
};

if (process.env.RECORD === '1') await record();

it('the driver sends what was recorded, and understands the answers', async () => {
  const recorded = JSON.parse(await readFile(FILE, 'utf8')) as Exchange[];
  const rest = [...recorded];
  const told = await overTransport(
    async (sent) => {
      const next = rest.shift();
      assert.ok(next !== undefined, 'the driver sends more than was recorded');
      assert.deepEqual(sent, next.sent);
      return Promise.resolve(next.answer);
    },
    (driver) => wholeLife(driver),
  );
  assert.deepEqual(rest, []);
  assert.deepEqual(told, EXPORT_DETAILS);
});

async function wholeLife(driver: Driver): Promise<ExportDetails> {
  const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };
  await driver.createVolume(VOLUME, call);
  const exportDetails = await driver.createExport(VOLUME, CONNECTION, call);
  const exported = { ...VOLUME, exportDetails };
  await driver.initializeConnection(exported, CONNECTION, [], call);
  await driver.inspect(exported, call);
  await driver.terminateConnection(exported, CONNECTION, [], call);
  await driver.removeExport(exported, call);
  await driver.extendVolume(exported, 2, call);
  await driver.deleteVolume(exported, call);
  return exportDetails;
}

async function record(): Promise<void> {
  const exchanges: Exchange[] = [];
  const storage = recordedFrom();
  await overTransport(
    async (sent, signal) => {
      const answer = await storage(sent, signal);
      exchanges.push({ sent, answer });
      return answer;
    },
    (driver) => wholeLife(driver),
  );
  await writeFile(FILE, `${JSON.stringify(exchanges, null, 2)}\n`);
}

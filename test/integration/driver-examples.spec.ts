import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { assembleConnectionInfo } from '../../src/attachments/attachment/connection-info.js';
import type { Connector, JsonObject, VolumeRef } from '../../src/drivers/contract/index.js';
import { SIMULATED_BACKENDS, type SimulatedBackendName } from '../support/storage/simulated-backends.js';
import { EXAMPLES } from '../../src/api/openapi/examples.js';

const FILE = 'src/api/openapi/driver-examples.json';

/** The examples' host, and the placeholder for credentials in every example. */
const { connector } = (EXAMPLES.requests as { update: { attachment: { connector: Connector } } }).update
  .attachment;
const MASKED = { auth_username: 'an-example-no-user', auth_password: 'an-example-no-secret' };

/** Drivers shown in the API document, besides the fake one of the recorded run. */
const SHOWN: Readonly<Record<string, readonly [SimulatedBackendName, JsonObject]>> = {
  'lvm with tgt': ['lvm with tgt', {}],
  'lvm with LIO, two portals': ['lvm with LIO', { portals: ['192.0.2.10:3260', '[2001:db8::10]:3260'] }],
  nfs: ['nfs', {}],
  'nfs-server': ['nfs-server', {}],
  'nfs-server, qcow2': ['nfs-server', { format: 'qcow2' }],
};

/** connection_info of the examples' attachment, from a complete run of a driver. */
async function connectionInfo(backend: SimulatedBackendName, options: JsonObject = {}): Promise<object> {
  const { volume_id: id = '', attachment_id: attachmentId = '' } = EXAMPLES.ids;
  const { driver, remove } = await SIMULATED_BACKENDS[backend](options);
  const call = { signal: new AbortController().signal, requestId: 'req-1' };
  const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'demo', exportDetails: null };
  const connection = { attachmentId, connector, mode: 'rw' as const };
  try {
    await driver.setup?.();
    await driver.createVolume(volume, call);
    const exportDetails = await driver.createExport(volume, connection, call);
    const info = await driver.initializeConnection({ ...volume, exportDetails }, connection, [], call);
    const facts = { attachmentId, mode: 'rw' as const, connector, isEncrypted: false, isCacheable: false };
    return masked(assembleConnectionInfo(info, facts));
  } finally {
    await remove();
  }
}

function masked(info: object): object {
  return 'auth_method' in info ? { ...info, ...MASKED } : info;
}

it('the API document shows what each driver answers', async () => {
  const answers: Record<string, object> = {};
  for (const [title, [backend, options]] of Object.entries(SHOWN)) {
    answers[title] = await connectionInfo(backend, options);
  }
  // Set by "npm run docs:examples".
  if (process.env.CLINKER_RECORD_EXAMPLES === '1') {
    const style = { ...(await resolveConfig(FILE)), parser: 'json' };
    await writeFile(FILE, await format(JSON.stringify(answers), style));
  }
  expect(JSON.parse(await readFile(FILE, 'utf8'))).toEqual(answers);
});

it('the recorded run shows what the fake driver answers', async () => {
  const { update } = EXAMPLES.responses as { update: { attachment: { connection_info: object } } };
  expect(masked(update.attachment.connection_info)).toEqual(await connectionInfo('fake'));
});

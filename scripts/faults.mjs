/** Provokes the faults that the documentation shows, on servers of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf } from './lifecycle.mjs';
import { ownServer } from './own-server.mjs';

const LATEST = 'volume latest';

/** What a host asks of the backend decides how it fails. */
const SCRIPT = [
  {
    call: 'initializeConnection',
    connector: { host: 'broken' },
    error: 'INTERNAL',
    message: 'the target does not start',
  },
  {
    call: 'initializeConnection',
    connector: { host: 'full' },
    error: 'FAILED_PRECONDITION',
    message: 'the target has no free unit',
  },
  {
    call: 'initializeConnection',
    connector: { host: 'foreign' },
    error: 'UNSUPPORTED',
    message: 'this target serves no such host',
  },
  {
    call: 'createExport',
    connector: { host: 'silent' },
    error: 'UNAVAILABLE',
    message: 'the storage does not answer',
  },
];

const CONFIG = `backends: [{ name: fake, driver: fake, options: { faults: ${JSON.stringify(SCRIPT)} } }]\n`;

/** One for each attachment. The backend is taken for down before the last one. */
const KEYS = Array.from({ length: 12 }, (_, index) => `attach-data-${index}`);

const initiator = 'iqn.1994-05.com.example:node-1';

/** Sends a request and returns the fault. */
async function faultOf(
  base,
  method,
  path,
  { version = LATEST, token = 'admin:demo', body, key, type = 'application/json' },
) {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(token === null ? {} : { 'X-Auth-Token': token }),
      'OpenStack-API-Version': version,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      ...(body === undefined ? {} : { 'Content-Type': type }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) throw new Error(`${method} ${path} was to fail, but answered ${response.status} ${text}`);
  return { status: response.status, fault: JSON.parse(text) };
}

/** Makes a volume and an attachment that reserves it. */
async function makeAttachment(base, key) {
  const client = clientOf(base);
  const { volume } = await client.createVolume({ body: { volume: { size: 1, name: 'data' } } });
  await client.volumes.untilAvailable(volume.id);
  const { attachment } = await client.createAttachment({
    headers: { 'Idempotency-Key': key },
    body: { attachment: { volume_uuid: volume.id } },
  });
  return { volume: volume.id, attachment: attachment.id };
}

/** Operation (`any` if its fault is that of many), title, and a request that fails. `missing` is an id of nothing. */
function requests({ volume, attachment }, missing) {
  const create = { attachment: { volume_uuid: volume } };
  const connect = (host, more = { initiator }) => ({ attachment: { connector: { host, ...more } } });
  const path = `/v3/attachments/${attachment}`;
  return [
    ['any', 'malformed JSON', 'POST', '/v3/attachments', { body: '{"attachment": {' }],
    ['any', 'wrong type', 'POST', '/v3/volumes', { body: { volume: { size: 'large' } } }],
    ['any', 'no such version header', 'GET', '/v3/attachments', { version: '3.44' }],
    ['any', 'older microversion', 'GET', '/v3/attachments', { version: 'volume 3.26' }],
    ['any', 'unknown id', 'GET', `/v3/volumes/${missing}`, {}],
    ['any', 'forbidden', 'POST', '/v3/types', { body: { volume_type: { name: 'fast' } } }],
    ['any', 'unsupported microversion', 'GET', '/v3/attachments', { version: 'volume 3.99' }],
    ['any', 'large body', 'POST', '/v3/volumes', { body: ' '.repeat(200_000) }],
    [
      'any',
      'not JSON',
      'POST',
      '/v3/volumes',
      { body: 'volume=1', type: 'application/x-www-form-urlencoded' },
    ],
    ['createAttachment', 'volume in use', 'POST', '/v3/attachments', { body: create }],
    [
      'createAttachment',
      'no such volume',
      'POST',
      '/v3/attachments',
      { body: { attachment: { volume_uuid: missing } } },
    ],
    [
      'createAttachment',
      'not a UUID',
      'POST',
      '/v3/attachments',
      { body: { attachment: { volume_uuid: 'data' } } },
    ],
    [
      'createAttachment',
      'another request with the key',
      'POST',
      '/v3/attachments',
      { body: { attachment: { volume_uuid: volume, mode: 'ro' } }, key: KEYS[0] },
    ],
    ['updateAttachment', 'no initiator', 'PUT', path, { body: connect('node-1', { ip: '192.0.2.10' }) }],
    [
      'updateAttachment',
      'no such attachment',
      'PUT',
      `/v3/attachments/${missing}`,
      { body: connect('node-1') },
    ],
    ['updateAttachment', 'the backend failed', 'PUT', path, { body: connect('broken') }],
    ['updateAttachment', 'state of the backend', 'PUT', path, { body: connect('full') }],
    ['updateAttachment', 'not supported', 'PUT', path, { body: connect('foreign') }],
    ['any', 'backend failed', 'PUT', path, { body: connect('broken') }],
    ['any', 'backend cannot', 'PUT', path, { body: connect('foreign') }],
    ['any', 'backend conflict', 'PUT', path, { body: connect('full') }],
    ['showAttachment', 'no such attachment', 'GET', `/v3/attachments/${missing}`, {}],
    [
      'completeAttachment',
      'no such attachment',
      'POST',
      `/v3/attachments/${missing}/action`,
      { body: { 'os-complete': null } },
    ],
    ['deleteAttachment', 'no such attachment', 'DELETE', `/v3/attachments/${missing}`, {}],
    ['deleteVolume', 'has attachments', 'DELETE', `/v3/volumes/${volume}`, {}],
    ['volumeAction', 'unknown action', 'POST', `/v3/volumes/${volume}/action`, { body: { 'os-grow': null } }],
  ];
}

/** Records what a server with a Keystone that does not answer says, without a token and with one. */
async function identityFaults(keep) {
  const server = await ownServer({
    CLINKER_AUTH_STRATEGY: 'keystone',
    CLINKER_KEYSTONE_AUTH_URL: 'http://127.0.0.1:9',
    CLINKER_KEYSTONE_PASSWORD: 'an-example-no-secret',
  });
  try {
    keep('any', 'no token', await faultOf(server.base, 'GET', '/v3/volumes', { token: null }));
    keep('any', 'Keystone is down', await faultOf(server.base, 'GET', '/v3/volumes', {}));
  } finally {
    await server.stop();
  }
}

/** Records what a request gets once its backend has failed to answer for several volumes. */
async function outage(base, attachments) {
  const body = { attachment: { connector: { host: 'silent', initiator } } };
  for (const { attachment } of attachments) {
    const found = await faultOf(base, 'PUT', `/v3/attachments/${attachment}`, { body });
    if (found.status === 503) return found;
  }
  throw new Error('the backend was never taken for down');
}

/**
 * Returns faults by operation, status and title, from real runs.
 * @param ids the ids that stand for the volume and attachment, and for what is missing.
 */
export async function recordFaults(ids) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-faults-'));
  await writeFile(join(folder, 'clinker.yaml'), CONFIG);
  await writeFile(join(folder, 'policy.yaml'), '"volume_extension:type_create": "!"\n');
  const server = await ownServer({
    CLINKER_CONFIG: join(folder, 'clinker.yaml'),
    CLINKER_POLICY_FILE: join(folder, 'policy.yaml'),
  });
  const faults = {};
  const keep = (operation, title, { status, fault }) => {
    ((faults[operation] ??= {})[status] ??= {})[title] = fault;
  };
  try {
    const all = [];
    for (const key of KEYS) all.push(await makeAttachment(server.base, key));
    const [made, ...others] = all;
    for (const [operation, title, method, path, request] of requests(made, ids.server))
      keep(operation, title, await faultOf(server.base, method, path, request));
    keep('any', 'backend is down', await outage(server.base, others));
    await identityFaults(keep);
    const text = JSON.stringify(faults).replaceAll(made.volume, ids.volume);
    return JSON.parse(text.replaceAll(made.attachment, ids.attachment));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

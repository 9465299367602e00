/** An attachment's lifecycle as requests, for the demo and the documentation's examples. */

const CONNECTOR = {
  initiator: 'iqn.1994-05.com.example:node-1',
  ip: '192.0.2.10',
  host: 'node-1',
  platform: 'x86_64',
  os_type: 'linux',
  multipath: false,
  mountpoint: '/dev/vdb',
};

const SERVER = '5f4c2e1a-8a3d-4f0e-9d0b-1c2d3e4f5a6b';

/**
 * Runs the lifecycle on a server. `tell` gets each step's title, request and response.
 * @returns the ids of the created resources.
 */
export async function walkThrough(base, tell = () => undefined) {
  const call = async (title, method, path, body) => {
    const response = await fetch(base + path, {
      method,
      headers: {
        'X-Auth-Token': 'admin:demo',
        'OpenStack-API-Version': 'volume latest',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? undefined : JSON.parse(text);
    tell({ title, method, path, body, status: response.status, reason: response.statusText, answer });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return answer;
  };

  const { volume } = await call('Make a volume', 'POST', '/v3/volumes', {
    volume: { size: 1, name: 'data', metadata: { purpose: 'demo' } },
  });
  await settled(base, volume.id);
  await call('It is available', 'GET', `/v3/volumes/${volume.id}`);
  const { attachment } = await call('Reserve it for a server', 'POST', '/v3/attachments', {
    attachment: { volume_uuid: volume.id, instance_uuid: SERVER, mode: 'rw' },
  });
  const path = `/v3/attachments/${attachment.id}`;
  await call('Export it to the host', 'PUT', path, { attachment: { connector: CONNECTOR } });
  await call('The host has connected', 'POST', `${path}/action`, { 'os-complete': null });
  await call('Show the attachment', 'GET', path);
  await call('List the attachments', 'GET', '/v3/attachments');
  await call('List them with details', 'GET', '/v3/attachments/detail');
  await call('The volume is in use', 'GET', `/v3/volumes/${volume.id}`);
  await call('Detach it', 'DELETE', path);
  await call('Delete the volume', 'DELETE', `/v3/volumes/${volume.id}`);
  return { volume_id: volume.id, attachment_id: attachment.id };
}

/** Waits until a volume has been created. */
export async function settled(base, id) {
  for (let tries = 0; tries < 500; tries += 1) {
    const response = await fetch(`${base}/v3/volumes/${id}`, { headers: { 'X-Auth-Token': 'admin:demo' } });
    if ((await response.json()).volume.status !== 'creating') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the volume ${id} is still being created`);
}

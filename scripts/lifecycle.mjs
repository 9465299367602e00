/** An attachment's lifecycle by clinker-client, for the demo and the documentation's examples. */
import { createClient } from '../clients/javascript/dist/index.js';

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

/** Returns a client for the scripts; `tell` gets each request with its response. */
export function clientOf(base, tell = () => undefined) {
  const recording = async (url, init) => {
    const response = await fetch(url, init);
    const text = await response.clone().text();
    tell({
      method: init.method,
      path: url.slice(base.length),
      body: init.body === null ? undefined : JSON.parse(init.body),
      status: response.status,
      reason: response.statusText,
      answer: text === '' ? undefined : JSON.parse(text),
    });
    return response;
  };
  return createClient({ endpoint: `${base}/v3`, token: 'admin:demo', fetch: recording });
}

/**
 * Runs the lifecycle on a server. `tell` gets each step's title, request and response.
 * @returns the ids of the created resources.
 */
export async function walkThrough(base, tell = () => undefined) {
  let title;
  const client = clientOf(base, (exchange) => tell({ title, ...exchange }));
  const step = (name, send) => {
    title = name;
    return send();
  };

  const { volume } = await step('Make a volume', () =>
    client.createVolume({ body: { volume: { size: 1, name: 'data', metadata: { purpose: 'demo' } } } }),
  );
  await clientOf(base).volumes.untilAvailable(volume.id);
  const ofVolume = { path: { volume_id: volume.id } };
  await step('It is available', () => client.showVolume(ofVolume));
  const { attachment } = await step('Reserve it for a server', () =>
    client.createAttachment({
      body: { attachment: { volume_uuid: volume.id, instance_uuid: SERVER, mode: 'rw' } },
    }),
  );
  const ofAttachment = { path: { attachment_id: attachment.id } };
  await step('Export it to the host', () =>
    client.updateAttachment({ ...ofAttachment, body: { attachment: { connector: CONNECTOR } } }),
  );
  await step('The host has connected', () =>
    client.completeAttachment({ ...ofAttachment, body: { 'os-complete': null } }),
  );
  await step('Show the attachment', () => client.showAttachment(ofAttachment));
  await step('List the attachments', () => client.listAttachments());
  await step('List them with details', () => client.listAttachmentsDetail());
  await step('The volume is in use', () => client.showVolume(ofVolume));
  await step('Detach it', () => client.deleteAttachment(ofAttachment));
  await step('Delete the volume', () => client.deleteVolume(ofVolume));
  return { volume_id: volume.id, attachment_id: attachment.id };
}

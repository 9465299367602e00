import { randomUUID } from 'node:crypto';

/** Page size of lists. */
export const PAGE = 50;

/** Returns the headers of every request of a project. */
export function headersOf(project) {
  return {
    'X-Auth-Token': `admin:${project}`,
    'OpenStack-API-Version': 'volume 3.54',
    Accept: 'application/json',
  };
}

/** The operations whose speed is measured and compared. */
export const MEASURED = ['show', 'list', 'detail', 'create', 'update', 'complete', 'delete', 'cycle'];

/** Returns a connector about as large as the one that os-brick collects. */
export function connector(number) {
  return {
    initiator: `iqn.1993-08.org.debian:01:${number}`,
    ip: '192.0.2.10',
    platform: 'x86_64',
    host: `host-${number % 16}`,
    os_type: 'linux',
    multipath: false,
    mountpoint: '/dev/vdb',
  };
}

export const COMPLETE = JSON.stringify({ 'os-complete': {} });

export const createBody = (volume) =>
  JSON.stringify({ attachment: { volume_uuid: volume, instance_uuid: randomUUID() } });

export const connectBody = (number) => JSON.stringify({ attachment: { connector: connector(number) } });

/** Returns the attachment's id from an answer. A search is cheaper than parsing all of it. */
export const attachmentId = ({ body }) =>
  /"attachment": ?\{"id": ?"([^"]+)"/.exec(body.latin1Slice(0, 100))?.[1] ?? JSON.parse(body).attachment.id;

function expect(answer, status) {
  if (answer.status === status) return answer;
  throw new Error(`${answer.status} instead of ${status}: ${answer.body.toString().slice(0, 300)}`);
}

/**
 * The measured operations. Each one processes an item: an attachment to show, a volume to attach, an attachment to change.
 * The result of `run` is an item for the next operation. `timesRequests`: the time of each request counts, not that of all.
 */
export const operations = {
  show: {
    title: 'show',
    run: async (send, base, attachment) =>
      expect(await send('GET', `${base}/attachments/${attachment}`), 200),
  },
  list: {
    title: `list, page of ${PAGE}`,
    run: async (send, base) => expect(await send('GET', `${base}/attachments?limit=${PAGE}`), 200),
  },
  detail: {
    title: `detail list, page of ${PAGE}`,
    run: async (send, base) => expect(await send('GET', `${base}/attachments/detail?limit=${PAGE}`), 200),
  },
  create: {
    title: 'create (reserve)',
    writes: true,
    run: async (send, base, volume) =>
      attachmentId(expect(await send('POST', `${base}/attachments`, createBody(volume)), 200)),
  },
  update: {
    title: 'update (connector)',
    writes: true,
    run: async (send, base, attachment, { number }) => {
      expect(await send('PUT', `${base}/attachments/${attachment}`, connectBody(number)), 200);
      return attachment;
    },
  },
  complete: {
    title: 'complete',
    writes: true,
    run: async (send, base, attachment) => {
      expect(await send('POST', `${base}/attachments/${attachment}/action`, COMPLETE), 204);
      return attachment;
    },
  },
  delete: {
    title: 'delete',
    writes: true,
    run: async (send, base, attachment) => {
      expect(await send('DELETE', `${base}/attachments/${attachment}`), 200);
    },
  },
  cycle: {
    title: 'whole cycle',
    writes: true,
    run: async (send, base, volume, place) => {
      const id = await operations.create.run(send, base, volume);
      await operations.update.run(send, base, id, place);
      await operations.complete.run(send, base, id);
      await operations.delete.run(send, base, id);
    },
  },
  /** A cycle with the reads that accompany it. Each connection has a volume of its own. */
  mixed: {
    title: 'mixed load',
    writes: true,
    timesRequests: true,
    run: async (send, base, _, place) => {
      const { create, show, list, update, complete, detail, delete: remove } = operations;
      const id = await create.run(send, base, place.items[place.worker]);
      await show.run(send, base, id);
      await list.run(send, base);
      await update.run(send, base, id, place);
      await show.run(send, base, id);
      await complete.run(send, base, id);
      await detail.run(send, base);
      await remove.run(send, base, id);
    },
  },
  /** Any path; for pages of a large table. */
  get: { title: 'get', run: async (send, base, path) => expect(await send('GET', `${base}${path}`), 200) },
};

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Keeps idle connections for a shorter time than servers do. */
const connections = new Agent({ keepAlive: true, timeout: 2000 });

export interface Caller {
  readonly token: string | null;
  /** Microversion; null to send no header. */
  readonly version: string | null;
  readonly project: string;
}

/** A response as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
  /** Message of the fault, or empty. */
  readonly message: string;
}

export const aConnector = (host = 'host-a', more: object = {}): Record<string, unknown> => ({
  initiator: `iqn.1994-05.com.example:${host}`,
  ip: '192.0.2.10',
  host,
  platform: 'x86_64',
  os_type: 'linux',
  multipath: false,
  mountpoint: '/dev/vdb',
  ...more,
});

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  return headers;
}

/** An API client with one identity and version; derive others with `as`, `at` and `of`. */
export class Api {
  constructor(
    readonly url: string,
    private readonly caller: Caller,
  ) {}

  get project(): string {
    return this.caller.project;
  }

  at(version: string | null): Api {
    return new Api(this.url, { ...this.caller, version });
  }

  /** Same version with other roles, in this project or another. For servers created with `personas`. */
  as(roles: string, project = this.caller.project): Api {
    return new Api(this.url, { ...this.caller, token: `kim:${project}:${roles}`, project });
  }

  /** An admin of another project. */
  of(project: string): Api {
    const roles = this.caller.token?.split(':')[2];
    return new Api(this.url, {
      ...this.caller,
      token: ['admin', project, ...(roles ? [roles] : [])].join(':'),
      project,
    });
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const { token, version } = this.caller;
    // fetch takes three times as long.
    const sent = request(new URL(this.url + path), {
      method,
      agent: connections,
      headers: {
        ...(token === null ? {} : { 'X-Auth-Token': token }),
        ...(version === null ? {} : { 'OpenStack-API-Version': `volume ${version}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
    });
    sent.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const received = await text(response);
    const isJson = response.headers['content-type']?.startsWith('application/json') === true;
    const parsed: any = isJson && received !== '' ? JSON.parse(received) : received;
    const [fault] = typeof parsed === 'object' && parsed !== null ? Object.values<any>(parsed) : [];
    return {
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      body: parsed,
      message: fault?.message ?? '',
    };
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  /** Creates an available volume; returns its id. */
  async volume(more: object = {}): Promise<string> {
    const { status, body, message } = await this.send('POST', '/v3/volumes', {
      volume: { size: 1, ...more },
    });
    if (status !== 202) throw new Error(`no volume: ${status} ${message}`);
    await this.untilVolume(body.volume.id, ({ status: now }) => now !== 'creating');
    return body.volume.id;
  }

  /** Creates an available multiattach volume; returns its id. */
  async multiattachVolume(): Promise<string> {
    const name = `multi-${randomUUID()}`;
    const { status } = await this.send('POST', '/v3/types', {
      volume_type: { name, extra_specs: { multiattach: '<is> True' } },
    });
    if (status !== 200) throw new Error(`no type: ${status}`);
    return this.volume({ volume_type: name });
  }

  /** Waits until the volume is as wanted; returns its view. */
  async untilVolume(id: string, isWanted: (volume: any) => boolean): Promise<any> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
      const { body } = await this.get(`/v3/volumes/${id}`);
      if (isWanted(body.volume)) return body.volume;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`volume ${id} did not reach the expected state`);
  }

  async volumeStatus(id: string): Promise<string> {
    return (await this.get(`/v3/volumes/${id}`)).body.volume.status;
  }

  create(volumeId: string, more: object = {}): Promise<Answer> {
    return this.send('POST', '/v3/attachments', { attachment: { volume_uuid: volumeId, ...more } });
  }

  /** Creates an attachment, which must succeed; returns its id. */
  async attachment(volumeId: string, more: object = {}): Promise<string> {
    const { status, body, message } = await this.create(volumeId, more);
    if (status !== 200) throw new Error(`no attachment: ${status} ${message}`);
    return body.attachment.id;
  }

  show(id: string): Promise<Answer> {
    return this.get(`/v3/attachments/${id}`);
  }

  update(id: string, connector: object = aConnector()): Promise<Answer> {
    return this.send('PUT', `/v3/attachments/${id}`, { attachment: { connector } });
  }

  complete(id: string, value: unknown = null): Promise<Answer> {
    return this.send('POST', `/v3/attachments/${id}/action`, { 'os-complete': value });
  }

  delete(id: string): Promise<Answer> {
    return this.send('DELETE', `/v3/attachments/${id}`);
  }
}

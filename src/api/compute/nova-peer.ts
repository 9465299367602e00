import type { Logger } from 'pino';
import { z } from 'zod';
import type { ServerToken } from '../auth/server-token.js';
import { Unavailable } from '../../platform/errors.js';
import { ComputePeer, type ListedServer, type ServerState, type ServerVolume } from './compute-peer.js';
import type { NovaHttp, NovaRequest, NovaResponse } from './nova-http.js';
import { RETRY_AFTER_S } from './nova-http.js';
import { ATTACHMENT_IDS, isNotFound } from './nova.js';

/** First microversion that accepts `volume-extended`. */
const EXTENSION_EVENTS = '2.51';

/** Servers per page; Nova's maximum is 1000. */
const PAGE_LENGTH = 200;

/** Nova's status of a server whose cell is down. */
const PARTIAL = 'UNKNOWN';

const events = z.object({
  events: z.array(z.object({ server_uuid: z.string(), code: z.number() })),
});

const state = {
  status: z.string(),
  'OS-EXT-STS:task_state': z.string().nullish(),
};

const server = z.object({ server: z.object(state) });

const servers = z.object({
  servers: z.array(
    z.object({
      ...state,
      id: z.string(),
      'os-extended-volumes:volumes_attached': z.array(z.object({ id: z.string() })).default([]),
    }),
  ),
});

const ids = z.object({ servers: z.array(z.object({ id: z.string() })) });

const volumes = z.object({
  volumeAttachments: z.array(z.object({ volumeId: z.string(), attachment_id: z.string().nullish() })),
});

type Asked = Omit<NovaRequest, 'token' | 'microversion' | 'method'> & Partial<NovaRequest>;

/** Calls Nova with the token of this server's own user, which must be an admin there. */
export class NovaPeer extends ComputePeer {
  constructor(
    private readonly http: NovaHttp,
    private readonly own: ServerToken,
    private readonly log: Logger,
  ) {
    super();
  }

  get isConfigured(): boolean {
    return this.http.endpoint !== '';
  }

  async tellExtended(volumeId: string, serverIds: readonly string[], requestId: string): Promise<void> {
    const response = await this.send({
      method: 'POST',
      path: '/os-server-external-events',
      microversion: EXTENSION_EVENTS,
      requestId,
      body: {
        events: serverIds.map((id) => ({ name: 'volume-extended', server_uuid: id, tag: volumeId })),
      },
    });
    const about = { volumeId, serverIds, requestId };
    if (isNotFound(response)) {
      this.log.warn(about, 'Nova does not know the servers of an extended volume');
      return;
    }
    const answer = events.safeParse(response.body);
    if ((response.status === 200 || response.status === 207) && answer.success) {
      const refused = answer.data.events.filter(({ code }) => code !== 200);
      // The server is gone or on no host; its next start connects to the volume at its new size.
      if (refused.length > 0)
        this.log.warn({ ...about, refused }, 'Nova did not forward the extension of a volume to all servers');
      else this.log.info(about, 'Nova was notified of an extended volume');
      return;
    }
    if (response.status === 400 || response.status === 406) {
      this.log.error(
        { ...about, status: response.status },
        'Nova does not support the event volume-extended',
      );
      return;
    }
    throw this.unavailable('report an extended volume', response.status);
  }

  async listServers(after: string | null, requestId: string): Promise<readonly ListedServer[]> {
    const marker = after === null ? '' : `&marker=${encodeURIComponent(after)}`;
    // Sorted by creation, newest first: servers created meanwhile do not shift the pages.
    const path = `/servers/detail?all_tenants=1&limit=${PAGE_LENGTH}&sort_key=created_at&sort_dir=desc${marker}`;
    const { servers: listed } = await this.read(servers, 'list servers', { path, requestId });
    return listed.map((one) => ({
      id: one.id,
      volumeIds: one['os-extended-volumes:volumes_attached'].map(({ id }) => id),
      ...stateOf(one),
    }));
  }

  async serverState(serverId: string, requestId: string): Promise<ServerState | null> {
    const path = `/servers/${encodeURIComponent(serverId)}`;
    const found = await this.find(server, 'show a server', { path, requestId });
    return found === null ? null : stateOf(found.server);
  }

  async volumesOf(serverId: string, requestId: string): Promise<readonly ServerVolume[] | null> {
    const path = `/servers/${encodeURIComponent(serverId)}/os-volume_attachments`;
    const found = await this.find(volumes, 'list the volumes of a server', { path, requestId });
    if (found === null) return null;
    return found.volumeAttachments.map(({ volumeId, attachment_id: id }) => ({
      volumeId,
      attachmentId: id ?? null,
    }));
  }

  async wasDeleted(serverId: string, requestId: string): Promise<boolean> {
    const path = `/servers?all_tenants=1&deleted=True&uuid=${encodeURIComponent(serverId)}`;
    const found = await this.read(ids, 'list deleted servers', { path, requestId });
    return found.servers.some(({ id }) => id === serverId);
  }

  private async read<T>(schema: z.ZodType<T>, what: string, asked: Asked): Promise<T> {
    const found = await this.find(schema, what, asked);
    if (found === null) throw this.unavailable(what, 404);
    return found;
  }

  /** Returns null for Nova's own 404. */
  private async find<T>(schema: z.ZodType<T>, what: string, asked: Asked): Promise<T | null> {
    const response = await this.send({ method: 'GET', microversion: ATTACHMENT_IDS, ...asked });
    if (isNotFound(response)) return null;
    const answer = schema.safeParse(response.body);
    if (response.status === 200 && answer.success) return answer.data;
    throw this.unavailable(what, response.status);
  }

  /** Retries once with a new token if Nova no longer accepts the first one. */
  private async send(request: Omit<NovaRequest, 'token'>): Promise<NovaResponse> {
    const token = await this.own.text();
    const response = await this.http.send({ ...request, token });
    if (response.status !== 401) return response;
    await this.own.forget(token);
    return this.http.send({ ...request, token: await this.own.text() });
  }

  private unavailable(what: string, status: number): Unavailable {
    this.log.error(
      { status, endpoint: this.http.endpoint },
      `Nova does not let the user of this server ${what}`,
    );
    const hint = status === 401 || status === 403 ? '; its user needs the role admin there' : '';
    return new Unavailable(
      `The compute service does not let this server ${what}: it returned ${status}${hint}.`,
      RETRY_AFTER_S,
    );
  }
}

function stateOf(shown: {
  readonly status: string;
  readonly 'OS-EXT-STS:task_state'?: string | null | undefined;
}): ServerState {
  return {
    isBusy: (shown['OS-EXT-STS:task_state'] ?? null) !== null,
    isWhole: shown.status !== PARTIAL,
  };
}

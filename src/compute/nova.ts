import type { Logger } from 'pino';
import { z } from 'zod';
import type { RequestContext } from '../auth/request-context.js';
import { BackendFailure, type DomainError, Forbidden, Unauthorized, Unavailable } from '../common/errors.js';
import { Compute } from './compute.js';

export interface NovaOptions {
  /** Base address, with the version: `https://compute.example.org:8774/v2.1`. */
  readonly endpoint: string;
  /** Longest time of one request, its answer included. */
  readonly timeoutMs: number;
}

/** The first microversion whose volume attachments tell their `attachment_id`. */
const MICROVERSION = '2.89';

/** Seconds until another try, when Nova does not answer. */
const RETRY_AFTER_S = 5;

const found = z.object({ volumeAttachment: z.object({ attachment_id: z.string().nullable() }) });

/** Nova's own 404. That of a proxy, or of an address that is not Nova's, says nothing about servers. */
const notFound = z.object({ itemNotFound: z.object({}) });

/** Asks Nova (Compute API, "Show a detail of a volume attachment"). */
export class Nova extends Compute {
  constructor(
    private readonly options: NovaOptions,
    private readonly log: Logger,
  ) {
    super();
  }

  async attachmentOf(ctx: RequestContext, serverId: string, volumeId: string): Promise<string | null> {
    const path = `/servers/${encodeURIComponent(serverId)}/os-volume_attachments/${encodeURIComponent(volumeId)}`;
    const { status, body } = await this.get(ctx, path);
    if (status === 404 && notFound.safeParse(body).success) return null;
    const answer = found.safeParse(body);
    if (status === 200 && answer.success) return answer.data.volumeAttachment.attachment_id;
    throw this.failure(ctx, status);
  }

  private async get(ctx: RequestContext, path: string): Promise<{ status: number; body: unknown }> {
    try {
      const response = await fetch(this.options.endpoint + path, {
        headers: {
          'X-Auth-Token': ctx.token.reveal(),
          'OpenStack-API-Version': `compute ${MICROVERSION}`,
          'X-OpenStack-Request-ID': ctx.requestId,
          Accept: 'application/json',
        },
        signal: AbortSignal.timeout(this.options.timeoutMs),
        redirect: 'error',
      });
      return { status: response.status, body: parse(await response.text()) };
    } catch (error) {
      this.log.error({ err: error, requestId: ctx.requestId }, 'Nova cannot be reached');
      throw new Unavailable('The compute service cannot be asked now.', RETRY_AFTER_S, { cause: error });
    }
  }

  /** Nova's refusals are the caller's; whatever else is not an answer counts as none (SPEC 16). */
  private failure({ requestId }: RequestContext, status: number): DomainError {
    if (status === 401) return new Unauthorized('The compute service does not accept the token.');
    if (status === 403) return new Forbidden('The compute service does not let the caller see the server.');
    const { endpoint } = this.options;
    this.log.error({ requestId, status, endpoint }, 'Nova does not say whether a server uses a volume');
    if (status === 500)
      return new BackendFailure('The compute service failed when it was asked: it answers 500.');
    return new Unavailable(
      `The compute service does not say whether the server uses the volume: it answers ${status}.`,
      RETRY_AFTER_S,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { Logger } from 'pino';
import { z } from 'zod';
import type { RequestContext } from '../auth/request-context.js';
import {
  BackendFailure,
  type DomainError,
  Forbidden,
  Unauthorized,
  Unavailable,
} from '../../platform/errors.js';
import { Compute } from './compute.js';
import { type NovaHttp, RETRY_AFTER_S } from './nova-http.js';

/** First microversion whose volume attachments include `attachment_id`. */
export const ATTACHMENT_IDS = '2.89';

const found = z.object({ volumeAttachment: z.object({ attachment_id: z.string().nullable() }) });

const notFound = z.object({ itemNotFound: z.object({}) });

/** Returns whether a response is Nova's own 404. That of a proxy or a wrong address says nothing about servers. */
export function isNotFound({ status, body }: { readonly status: number; readonly body: unknown }): boolean {
  return status === 404 && notFound.safeParse(body).success;
}

/** Queries Nova in a caller's name (Compute API, "Show a detail of a volume attachment"). */
export class Nova extends Compute {
  constructor(
    private readonly http: NovaHttp,
    private readonly log: Logger,
  ) {
    super();
  }

  async attachmentOf(ctx: RequestContext, serverId: string, volumeId: string): Promise<string | null> {
    const response = await this.http.send({
      method: 'GET',
      path: `/servers/${encodeURIComponent(serverId)}/os-volume_attachments/${encodeURIComponent(volumeId)}`,
      microversion: ATTACHMENT_IDS,
      token: ctx.token.reveal(),
      requestId: ctx.requestId,
    });
    if (isNotFound(response)) return null;
    const answer = found.safeParse(response.body);
    if (response.status === 200 && answer.success) return answer.data.volumeAttachment.attachment_id;
    throw this.failure(ctx, response.status);
  }

  /** Nova's 401 and 403 pass to the caller; other failures count as no answer (docs/specification.md#detach-rule). */
  private failure({ requestId }: RequestContext, status: number): DomainError {
    if (status === 401) return new Unauthorized('The compute service does not accept the token.');
    if (status === 403) return new Forbidden('The compute service does not let the caller see the server.');
    const { endpoint } = this.http;
    this.log.error({ requestId, status, endpoint }, 'Nova does not report whether a server uses a volume');
    if (status === 500) return new BackendFailure('The compute service failed: it returned 500.');
    return new Unavailable(
      `The compute service does not report whether the server uses the volume: it returned ${status}.`,
      RETRY_AFTER_S,
    );
  }
}

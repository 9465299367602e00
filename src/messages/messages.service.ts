import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../auth/request-context.js';
import { Clock } from '../common/clock.js';
import { NotFound } from '../common/errors.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { Page } from '../http/list-query.js';
import { ACTIONS, eventId, type FailedAction } from './message-event.js';
import { type MessageRow, MessagesRepository, notFoundText } from './messages.repository.js';

/** What has failed, on which volume, and why in words that may be shown. */
export interface Failure {
  readonly action: FailedAction;
  readonly volume: { readonly id: string; readonly projectId: string };
  readonly requestId: string;
  readonly reason: string;
}

/** Messages that tell users why something failed (SPEC 17). */
@Injectable()
export class MessagesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Tells the volume's project about a failure, in the transaction that records it. */
  async record(tx: Tx, { action, volume, requestId, reason }: Failure): Promise<void> {
    const createdAt = this.clock.now();
    const until = new Date(Date.parse(`${createdAt}Z`) + this.config.message_ttl_s * 1000);
    await this.messages.removeExpired(tx);
    await this.messages.insert(tx, {
      id: randomUUID(),
      projectId: volume.projectId,
      requestId,
      eventId: eventId(action),
      messageLevel: 'ERROR',
      userMessage: `${ACTIONS[action].text}:${reason}`,
      resourceType: 'VOLUME',
      resourceUuid: volume.id,
      createdAt,
      guaranteedUntil: `${until.toISOString().slice(0, -1)}000`,
    });
  }

  /** @throws NotFound also for what the caller may not see. */
  async find(ctx: RequestContext, id: string): Promise<MessageRow> {
    const message = await this.messages.findVisible(ctx, id);
    if (message === null) throw new NotFound(notFoundText(id));
    return message;
  }

  async list(ctx: RequestContext, page: Page): Promise<MessageRow[]> {
    return this.messages.list(ctx, page);
  }

  async delete(ctx: RequestContext, id: string): Promise<void> {
    await this.find(ctx, id);
    await this.unitOfWork.run((tx) => this.messages.remove(tx, id));
  }
}

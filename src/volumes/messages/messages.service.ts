import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { NotFound } from '../../platform/errors.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Page } from '../../platform/database/page.js';
import { RemovesExpired } from '../../operations/expired-rows.js';
import { type Failure, messageOf } from './message-event.js';
import { type MessageRow, MessagesRepository, notFoundText } from './messages.repository.js';

/** Messages that tell users why something failed (docs/specification.md#messages). */
@Injectable()
export class MessagesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @RemovesExpired('messages')
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    return this.messages.removeExpired(tx, limit);
  }

  /** Records a message for the volume's project, in the transaction that records the failure. */
  async record(tx: Tx, failure: Failure): Promise<void> {
    await this.messages.insert(tx, messageOf(failure), this.config.message_ttl_s);
  }

  /** @throws NotFound, also if the caller may not see the message. */
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

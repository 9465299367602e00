import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import type { RequestContext } from '../auth/request-context.js';
import { Clock, type Instant } from '../common/clock.js';
import { type Condition, type ListSource, readRows } from '../database/page.js';
import { Reader } from '../database/reader.js';
import type { Tx } from '../database/unit-of-work.js';
import type { Page } from '../http/list-query.js';
import { MessageEntity } from './message.entity.js';

/** A message as it is read. */
export interface MessageRow {
  readonly id: string;
  readonly request_id: string;
  readonly event_id: string;
  readonly message_level: string;
  readonly user_message: string;
  readonly resource_type: string;
  readonly resource_uuid: string;
  readonly created_at: Instant;
  readonly guaranteed_until: Instant;
}

const COLUMNS = [
  ...['id', 'request_id', 'event_id', 'message_level', 'user_message'],
  ...['resource_type', 'resource_uuid', 'created_at', 'guaranteed_until'],
];

/** Filters of the list. */
const FILTERS: ReadonlySet<string> = new Set([
  ...['request_id', 'event_id', 'message_level', 'resource_type', 'resource_uuid'],
]);

export const notFoundText = (id: string): string => `Message ${id} could not be found.`;

const LIST: ListSource = {
  table: 'messages',
  select: COLUMNS.join(', '),
  sortable: new Map(COLUMNS.map((column) => [column, { column, whenNull: null }])),
  missing: notFoundText,
};

@Injectable()
export class MessagesRepository {
  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
  ) {}

  async insert(tx: Tx, message: MessageEntity): Promise<void> {
    await tx.manager.insert(MessageEntity, message);
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(MessageEntity, { id });
  }

  async removeExpired(tx: Tx): Promise<void> {
    await tx.manager.delete(MessageEntity, { guaranteedUntil: LessThan(this.clock.now()) });
  }

  async findVisible(ctx: RequestContext, id: string): Promise<MessageRow | null> {
    const conditions = [{ sql: 'id = ?', parameters: [id] }, ...this.visible(ctx, ctx.isAdmin)];
    const [row] = await this.reader.rows<MessageRow>(
      `SELECT ${LIST.select} FROM messages WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return row ?? null;
  }

  /** A page of the project's messages; filters of other names have no effect. */
  async list(ctx: RequestContext, page: Page): Promise<MessageRow[]> {
    const scope = this.visible(ctx, false);
    const filters = [...page.filters].filter(([name]) => FILTERS.has(name));
    const conditions = filters.map(([name, value]) => ({ sql: `${name} = ?`, parameters: [value] }));
    return readRows<MessageRow>(this.reader, LIST, [...scope, ...conditions], page, scope);
  }

  private visible(ctx: RequestContext, everywhere: boolean): Condition[] {
    const current = { sql: 'guaranteed_until > ?', parameters: [this.clock.now()] };
    return everywhere ? [current] : [{ sql: 'project_id = ?', parameters: [ctx.projectId] }, current];
  }
}

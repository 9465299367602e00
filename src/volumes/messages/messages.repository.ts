import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { RequestContext } from '../../api/auth/request-context.js';
import type { Instant } from '../../platform/clock.js';
import { DatabaseTime } from '../../platform/database/database-time.js';
import { type Condition, type ListSource, readRows, type Page } from '../../platform/database/page.js';
import { Reader } from '../../platform/database/reader.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { MessageEntity } from './message.entity.js';

/** A message as read from the database. */
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
export const MESSAGE_FILTERS: ReadonlySet<string> = new Set([
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
    private readonly time: DatabaseTime,
  ) {}

  /** Stores a message for `seconds`. */
  async insert(
    tx: Tx,
    message: Omit<MessageEntity, 'createdAt' | 'guaranteedUntil'>,
    seconds: number,
  ): Promise<void> {
    await tx.manager.insert(MessageEntity, {
      ...message,
      createdAt: () => this.time.at(),
      guaranteedUntil: () => this.time.at(seconds),
    });
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(MessageEntity, { id });
  }

  /** Removes at most `limit` expired messages. @returns the number of removed messages. */
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    const expired = await tx.manager
      .createQueryBuilder(MessageEntity, 'message')
      .select('message.id', 'id')
      .where(`message.guaranteedUntil <= ${this.time.at()}`)
      .orderBy('message.guaranteedUntil')
      .limit(limit)
      .getRawMany<{ id: string }>();
    if (expired.length > 0) await tx.manager.delete(MessageEntity, { id: In(expired.map(({ id }) => id)) });
    return expired.length;
  }

  async findVisible(ctx: RequestContext, id: string): Promise<MessageRow | null> {
    const conditions = [{ sql: 'id = ?', parameters: [id] }, ...this.visible(ctx, ctx.isAdmin)];
    const [row] = await this.reader.rows<MessageRow>(
      `SELECT ${LIST.select} FROM messages WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return row ?? null;
  }

  /** A page of the project's messages; an unknown filter matches none. */
  async list(ctx: RequestContext, page: Page): Promise<MessageRow[]> {
    const scope = this.visible(ctx, false);
    const filters = [...page.filters].filter(([name]) => name !== 'all_tenants');
    const conditions = filters.map(([name, value]) => ({ sql: `${name} = ?`, parameters: [value] }));
    const isEmpty = filters.some(([name]) => !MESSAGE_FILTERS.has(name));
    const wanted = isEmpty ? { ...page, limit: 0 } : page;
    const known = isEmpty ? [] : conditions;
    return readRows<MessageRow>(this.reader, LIST, [...scope, ...known], wanted, scope);
  }

  private visible(ctx: RequestContext, everywhere: boolean): Condition[] {
    const current = { sql: `guaranteed_until > ${this.time.at()}`, parameters: [] };
    return everywhere ? [current] : [{ sql: 'project_id = ?', parameters: [ctx.projectId] }, current];
  }
}

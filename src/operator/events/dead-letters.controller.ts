import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Policy } from '../../api/auth/policy.guard.js';
import { AcceptsAction } from '../../api/http/body.js';
import { checkFilterNames } from '../../api/http/filter-names.js';
import { type Query as ListQuery, readPage } from '../../api/http/list-query.js';
import { Links } from '../../api/http/next-link.js';
import { Describes } from '../../api/openapi/describes.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { deadLetterDocs } from './dead-letters.docs.js';
import type { DeadLetterRow } from './receivers/dead-letters.repository.js';
import { DeadLettersService } from './dead-letters.service.js';

const FILTERS: ReadonlySet<string> = new Set(['receiver']);

/** What receivers of events did not take, for operators. Not part of Cinder. */
@Controller('v3/clinker-dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersService,
    private readonly links: Links,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Since('base')
  @Policy('clinker:dead_letters:list')
  @Describes(deadLetterDocs.list)
  async list(@Query() query: ListQuery, @Req() request: Request): Promise<object> {
    const page = readPage(query, this.config.max_limit);
    checkFilterNames(page.filters.keys(), FILTERS);
    const { rows, count } = await this.letters.list(page, page.filters.get('receiver'));
    const links = this.links.next(request, rows, page.limit);
    return {
      dead_letters: rows.map(viewOf),
      count,
      ...(links.length === 0 ? {} : { dead_letters_links: links }),
    };
  }

  @Post(':dead_letter_id/action')
  @HttpCode(200)
  @Since('base')
  @Policy('clinker:dead_letters:retry')
  @AcceptsAction('retry')
  @Describes(deadLetterDocs.retry)
  async retry(@Param('dead_letter_id') id: string): Promise<object> {
    const reason = await this.letters.retry(id);
    return { retry: { taken: reason === null, reason } };
  }

  @Delete(':dead_letter_id')
  @HttpCode(204)
  @Since('base')
  @Policy('clinker:dead_letters:dismiss')
  @Describes(deadLetterDocs.dismiss)
  async dismiss(@Param('dead_letter_id') id: string): Promise<void> {
    await this.letters.dismiss(id);
  }
}

function viewOf(row: DeadLetterRow): object {
  const { id, receiver, event_id, event_type, volume_id, reason, tries, created_at } = row;
  return {
    id,
    receiver,
    event_id,
    event_type,
    volume_id: volume_id === '' ? null : volume_id,
    reason,
    tries,
    created_at,
  };
}

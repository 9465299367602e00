import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { PublicEndpoint } from './public-endpoint.js';

export interface Link {
  readonly rel: 'next' | 'self' | 'bookmark';
  readonly href: string;
}

/** Links in answers. */
@Injectable()
export class Links {
  constructor(private readonly endpoint: PublicEndpoint) {}

  /** The link to the page after this one, by the same path and query, or none when the page is not full. */
  next(request: Request, rows: readonly { readonly id: string }[], limit: number): readonly Link[] {
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return [];
    const url = new URL(request.originalUrl, this.endpoint.of(request));
    url.searchParams.delete('marker');
    url.searchParams.append('marker', last.id);
    // The offset was applied to reach this page; the marker stands beyond it.
    url.searchParams.delete('offset');
    return [{ rel: 'next', href: url.href }];
  }

  /** Address of a resource, with the project in the path if the client put it there. */
  of(request: Request, path: string): string {
    return `${this.endpoint.of(request)}${path}`;
  }
}

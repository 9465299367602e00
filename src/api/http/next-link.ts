import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { PublicEndpoint } from './public-endpoint.js';

export interface Link {
  readonly rel: 'next' | 'self' | 'bookmark';
  readonly href: string;
}

/** Characters that requests may have in their paths, but URLs may not. */
const UNSAFE = /["<>\\^`{|}]/g;

/** Builds links in responses. */
@Injectable()
export class Links {
  constructor(private readonly endpoint: PublicEndpoint) {}

  /** Returns the link to the next page with the same path and query; none when this page is not full. */
  next(request: Request, rows: readonly { readonly id: string }[], limit: number): readonly Link[] {
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return [];
    const [path = '', ...query] = request.originalUrl.split('?');
    const parameters = new URLSearchParams(query.join('?'));
    parameters.delete('marker');
    parameters.append('marker', last.id);
    // The offset was applied to this page; the marker is already beyond it.
    parameters.delete('offset');
    return [{ rel: 'next', href: this.of(request, `${path}?${parameters.toString()}`) }];
  }

  /** Returns the URL of a path, with the project id if the client used one. */
  of(request: Request, path: string): string {
    return this.endpoint.of(request) + path.replace(UNSAFE, encodeURIComponent);
  }
}

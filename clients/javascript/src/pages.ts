import { OPERATIONS } from './generated/operations.js';
import type { Arguments, ItemOf, PagedId, Send } from './operation-types.js';

/** Yields the items of a list, page by page: `query.limit` is the size of a page, not of the list. */
export type Each<O extends PagedId> = (...args: Arguments<O>) => AsyncGenerator<ItemOf<O>, void>;

/** The request of any operation that lists. */
interface ListRequest {
  readonly query?: Readonly<Record<string, unknown>>;
}

interface Link {
  readonly rel?: string;
  readonly href?: string;
}

/** Lists with an operation; asks for a page when all items of the one before have been taken. */
export async function* itemsOf<O extends PagedId>(
  send: Send,
  id: O,
  request: ListRequest = {},
): AsyncGenerator<ItemOf<O>, void> {
  const [items, links] = OPERATIONS[id].page;
  let { query = {} } = request;
  for (;;) {
    const args = [{ ...request, query }] as unknown as Arguments<O>;
    const page = (await send(id, ...args)) as Readonly<Record<string, unknown>>;
    yield* page[items] as ItemOf<O>[];
    const marker = markerIn((page[links] as readonly Link[] | undefined) ?? []);
    if (marker === null) return;
    if (marker === query['marker']) throw new Error(`${id} has the same page after ${marker}`);
    // The offset was applied to the first page.
    query = { ...query, marker, offset: undefined };
  }
}

/** Returns the marker in the link to the next page. The rest of the link is the address as others see it. */
function markerIn(links: readonly Link[]): string | null {
  const next = links.find(({ rel }) => rel === 'next')?.href;
  return next === undefined ? null : new URL(next, 'http://any.invalid').searchParams.get('marker');
}

import { OPERATIONS } from './generated/operations.js';
import type { AnswerOf, Arguments, OperationId, PagedId } from './operation-types.js';
import { type Each, itemsOf } from './pages.js';
import { type ClientOptions, sender } from './sender.js';
import { type VolumeWaiter, volumeWaiter } from './volume-waiter.js';

/** A method for each operation of openapi.json, named by its id. It rejects with a `Fault` or a `NoAnswer`. */
export type Operations = {
  readonly [O in OperationId]: (...args: Arguments<O>) => Promise<AnswerOf<O>>;
};

/** A client of one server, for one caller. It keeps nothing open and need not be closed. */
export interface Client extends Operations {
  /** The operations that list in pages, as iterators over the items of all pages. */
  readonly each: { readonly [O in PagedId]: Each<O> };
  readonly volumes: VolumeWaiter;
}

/** Returns a client. Nothing is sent until a method is called. */
export function createClient(options: ClientOptions): Client {
  const send = sender(options);
  const ids = Object.keys(OPERATIONS) as OperationId[];
  const isPaged = (id: OperationId): id is PagedId => 'page' in OPERATIONS[id];
  const methods = ids.map((id) => [id, (...args: Arguments<typeof id>) => send(id, ...args)]);
  const each = ids
    .filter(isPaged)
    .map((id) => [id, (...[request]: Arguments<typeof id>) => itemsOf(send, id, request)]);
  return {
    ...(Object.fromEntries(methods) as Operations),
    each: Object.fromEntries(each) as Client['each'],
    volumes: volumeWaiter(send),
  };
}

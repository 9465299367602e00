export { type Client, createClient, type Operations } from './client.js';
export * from './faults.js';
export { NEWEST_MICROVERSION } from './generated/operations.js';
/** The models of openapi.json, for example `models.Volume`. */
export type * as models from './generated/schema.js';
export type {
  AnswerOf,
  Arguments,
  ItemOf,
  OperationId,
  PagedId,
  RequestOf,
  RequestOptions,
} from './operation-types.js';
export type { Each } from './pages.js';
export type { ClientOptions } from './sender.js';
export { type VolumeWaiter, WaitFailed, type WaitOptions } from './volume-waiter.js';

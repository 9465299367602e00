import { RequestSlot } from '../../platform/request-slot.js';
import type { Caller } from './request-context.js';

/** Callers of the requests below /v3. */
export const callers = new RequestSlot<Caller>('authentication');

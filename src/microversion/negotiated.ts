import { RequestSlot } from '../platform/request-slot.js';
import type { Microversion } from './microversion.js';

/** Negotiated versions of the versioned requests. */
export const negotiated = new RequestSlot<Microversion>('the microversion guard');

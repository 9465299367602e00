import { integer } from './integer.js';

/** A duration in milliseconds, up to one day. */
export const milliseconds = integer(1, 86_400_000);

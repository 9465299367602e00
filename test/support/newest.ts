import { MAXIMUM } from '../../src/microversion/microversion.js';

/** The newest microversion, in the form of requests. */
export const NEWEST = MAXIMUM.toString();

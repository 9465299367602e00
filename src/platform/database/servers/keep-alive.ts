/** Idle milliseconds before the kernel sends TCP keep-alive probes. */
export const KEEP_ALIVE_MS = 10_000;

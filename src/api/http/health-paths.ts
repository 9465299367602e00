/** Paths that say of the process that it lives, and of the server whether it can serve requests. */
export const LIVE_PATH = '/healthz/live';
export const READY_PATH = '/healthz/ready';

/** Response of a process that answers. */
export const ALIVE = { alive: true } as const;

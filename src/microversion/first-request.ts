import type { Request } from 'express';

/** Helps those who begin: a request without a version is often the first. */
export class FirstRequest {
  /** Returns a command that works on this server as it is typed, for the text of a fault; empty if there is none. */
  commandFor(_request: Request): string {
    return '';
  }
}

import { z } from 'zod';
import { milliseconds } from './milliseconds.js';

const quota = z.coerce
  .number()
  .int()
  .min(-1)
  .max(2 ** 31 - 1)
  .default(-1);

/** Limits per request, client and project. */
export const limits = {
  max_limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Maximum page size of lists, and the default.'),
  max_body_bytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(114_688)
    .describe('Maximum size of a request body; larger ones get 413.'),
  max_header_bytes: z.coerce
    .number()
    .int()
    .min(4096)
    .max(1024 * 1024)
    .default(16_384)
    .describe('Maximum total size of URL and headers of a request; larger ones get 431.'),
  max_connections: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Maximum number of client connections; further ones are closed. Lower if the limit of open files requires it.',
    ),
  headers_timeout_ms: milliseconds
    .default(30_000)
    .describe('Longest time for the headers of a request to arrive; then 408, and the connection is closed.'),
  request_timeout_ms: milliseconds
    .default(120_000)
    .describe('The same for the whole request with its body. The response may take longer.'),
  keep_alive_timeout_ms: milliseconds
    .default(5_000)
    .describe(
      'Time after which an idle connection is closed. Set it above the timeout of a proxy in front of the server.',
    ),
  rate_limit_requests: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(0)
    .describe(
      'Maximum number of requests of a project within rate_limit_window_s; further ones get 413 with Retry-After. 0 is unlimited. Each process counts separately.',
    ),
  rate_limit_window_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe('Length of the window of rate_limit_requests, in seconds.'),
  quota_volumes: quota.describe('Maximum number of volumes of a project; -1 is unlimited.'),
  quota_gigabytes: quota.describe('Maximum total size of the volumes of a project in GiB; -1 is unlimited.'),
  quota_attachments: quota.describe(
    'Maximum number of attachments of the volumes of a project; -1 is unlimited.',
  ),
};

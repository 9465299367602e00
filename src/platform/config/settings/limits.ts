import { integer } from './integer.js';
import { milliseconds } from './milliseconds.js';

const quota = integer(-1, 2 ** 31 - 1).default(-1);

/** Limits per request, client and project. */
export const limits = {
  max_limit: integer(1, 100_000).default(1000).describe('Maximum page size of lists, and the default.'),
  max_body_bytes: integer(1024, 64 * 1024 * 1024)
    .default(114_688)
    .describe('Maximum size of a request body; larger ones get 413.'),
  max_header_bytes: integer(4096, 1024 * 1024)
    .default(16_384)
    .describe('Maximum total size of URL and headers of a request; larger ones get 431.'),
  max_connections: integer(1, 1_000_000)
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
  rate_limit_requests: integer(0, 1_000_000_000)
    .default(0)
    .describe(
      'Maximum number of requests of a project within rate_limit_window_s; further ones get 413 with Retry-After. 0 is unlimited. Each process counts separately.',
    ),
  rate_limit_window_s: integer(1, 86_400)
    .default(60)
    .describe('Length of the window of rate_limit_requests, in seconds.'),
  quota_volumes: quota.describe('Maximum number of volumes of a project; -1 is unlimited.'),
  quota_gigabytes: quota.describe('Maximum total size of the volumes of a project in GiB; -1 is unlimited.'),
  quota_attachments: quota.describe(
    'Maximum number of attachments of the volumes of a project; -1 is unlimited.',
  ),
};

import { z } from 'zod';
import { milliseconds } from './milliseconds.js';

const quota = z.coerce
  .number()
  .int()
  .min(-1)
  .max(2 ** 31 - 1)
  .default(-1);

/** What one request, one client and one project may ask for. */
export const limits = {
  max_limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Longest page of a list, and its length when the client names none.'),
  max_body_bytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(114_688)
    .describe('Largest request body; beyond it the answer is 413.'),
  max_header_bytes: z.coerce
    .number()
    .int()
    .min(4096)
    .max(1024 * 1024)
    .default(16_384)
    .describe('Largest URL and headers of a request together; beyond them the answer is 431.'),
  max_connections: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Connections of clients at once; more are closed unanswered.'),
  headers_timeout_ms: milliseconds
    .default(30_000)
    .describe("Longest time for a request's headers to arrive; then 408, and the connection is closed."),
  request_timeout_ms: milliseconds
    .default(120_000)
    .describe('The same for the whole request with its body. The answer may take longer.'),
  keep_alive_timeout_ms: milliseconds
    .default(5_000)
    .describe('How long an idle connection is kept. Set it above that of a proxy in front.'),
  rate_limit_requests: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(0)
    .describe(
      'Requests that a project may make within rate_limit_window_s; beyond them the answer is 413 with Retry-After. 0 is no limit. Each process counts for itself.',
    ),
  rate_limit_window_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe('Seconds over which rate_limit_requests counts.'),
  quota_volumes: quota.describe('Volumes that a project may have; -1 is no limit.'),
  quota_gigabytes: quota.describe('GiB that the volumes of a project may have together; -1 is no limit.'),
  quota_attachments: quota.describe('Attachments that the volumes of a project may have; -1 is no limit.'),
};

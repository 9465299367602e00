import { z } from 'zod';
import { hostNames } from './host-names.js';
import { httpUrl } from './http-url.js';
import { integer } from './integer.js';
import { milliseconds } from './milliseconds.js';

/** Listening, data folder, links and shutdown. */
export const server = {
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: integer(0, 65_535).default(8776).describe('TCP port to listen on; 0 chooses a free one.'),
  metrics_port: integer(0, 65_535)
    .optional()
    .describe(
      'TCP port of `/metrics`, on the same address as the API, without a token; 0 chooses a free one. Default: `/metrics` is on `port`, for admins.',
    ),
  data_folder: z
    .string()
    .min(1)
    .default('data')
    .describe(
      "Folder of the SQLite file and of the backends' state; created if missing. Relative to the working folder.",
    ),
  log_level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Lowest severity that is logged. `info` logs one line per request.'),
  public_endpoint: httpUrl
    .optional()
    .describe(
      'Base URL under which clients reach the server, for example `https://volume.example.org`; used in links, including its path. Default: taken from the request (Host, X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Prefix).',
    ),
  response_validation: z
    .enum(['off', 'warn', 'error'])
    .default('off')
    .describe(
      'Validates responses against openapi.json: `warn` logs mismatches, `error` also returns 500 instead. For tests; validation takes time.',
    ),
  allowed_hosts: hostNames.describe(
    'With noauth: further host names and addresses of this server, separated by commas. Requests for any other host get 421, which protects against DNS rebinding. Loopback, `host` and the host of public_endpoint are always allowed, with `host: 0.0.0.0` or `::` every address.',
  ),
  availability_zone: z
    .string()
    .min(1)
    .max(255)
    .default('nova')
    .describe('Availability zone of volumes whose creation names none, and of backends that have none.'),
  start_hold_ms: milliseconds
    .default(15_000)
    .describe(
      'Longest time that a request waits while the server starts; afterwards it gets 503 with Retry-After. `/healthcheck` never waits.',
    ),
  shutdown_grace_ms: milliseconds
    .default(30_000)
    .describe(
      'Longest time from SIGTERM or SIGINT until the process ends, even if something hangs. The last quarter, at most 3 s, is for closing the database; running requests and driver work get the rest.',
    ),
};

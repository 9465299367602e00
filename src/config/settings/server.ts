import { z } from 'zod';
import { trimCharactersEnd } from '../../common/trim-characters.js';
import { milliseconds } from './milliseconds.js';

/** Where the server listens, what it keeps and where. */
export const server = {
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8776)
    .describe('TCP port to listen on; 0 takes a free one.'),
  data_folder: z
    .string()
    .min(1)
    .default('data')
    .describe(
      "Folder of the SQLite file and of the backends' state; made when missing. Relative to the working folder.",
    ),
  database_url: z
    .string()
    .regex(
      /^(sqlite|postgres|postgresql|mysql|mariadb):/,
      'must begin with sqlite:, postgres:, mysql: or mariadb:',
    )
    .optional()
    .describe(
      'Where the state is kept: `sqlite:<path>`, `postgres://user:password@host/database` or `mariadb://…`. Default: the file clinker.sqlite in the data folder.',
    ),
  database_pool_size: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe(
      'Connections to PostgreSQL or MariaDB. More let more requests write at once. Without meaning for SQLite.',
    ),
  log_level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least severity that is logged. `info` writes one line a request.'),
  public_endpoint: z
    .url()
    .transform((url) => trimCharactersEnd(url, '/'))
    .optional()
    .describe(
      'Base address under which clients reach the server, for instance `https://volume.example.org`; used in links. Default: what the request says (Host, X-Forwarded-Proto, X-Forwarded-Host).',
    ),
  availability_zone: z
    .string()
    .min(1)
    .max(255)
    .default('nova')
    .describe('The availability zone of all volumes.'),
  shutdown_grace_ms: milliseconds
    .default(30_000)
    .describe('How long running requests and driver work may go on after SIGTERM or SIGINT.'),
};

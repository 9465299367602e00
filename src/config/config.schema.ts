import { z } from 'zod';
import { trimCharactersEnd } from '../common/trim-characters.js';
import type { SecretKey } from './secret-keys.js';

const backendName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** One storage backend: a driver and its options. */
const backend = z.strictObject({
  name: z
    .string()
    .regex(backendName, 'letters, digits, dot, hyphen and underscore, at most 64')
    .describe('Name of the backend; volume types choose it by the extra spec volume_backend_name.'),
  driver: z
    .string()
    .min(1)
    .describe(
      '`fake`, or the name or path of a driver package, resolved from the folder of the configuration file.',
    ),
  options: z
    .record(z.string(), z.json())
    .default({})
    .describe('Options of the driver, checked by its own schema.'),
});

const quota = z.coerce
  .number()
  .int()
  .min(-1)
  .max(2 ** 31 - 1)
  .default(-1);

const milliseconds = z.coerce.number().int().min(1).max(86_400_000);

/**
 * Everything an operator can set, with its default, bounds and consequence. The README's table is made
 * from this schema.
 */
export const configSchema = z.strictObject({
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
  auth_strategy: z
    .enum(['noauth', 'keystone'])
    .default('noauth')
    .describe(
      'How callers are identified. `noauth` trusts whatever identity a request claims and makes everyone an admin; `keystone` validates tokens.',
    ),
  keystone_auth_url: z
    .url({ protocol: /^https?$/ })
    .transform((url) => trimCharactersEnd(url, '/').replace(/\/v3$/, ''))
    .optional()
    .describe('Address of Keystone, for instance `https://identity.example.org:5000`.'),
  keystone_username: z
    .string()
    .min(1)
    .default('clinker')
    .describe('User under which tokens are validated; it needs the role service or admin.'),
  keystone_password: z.string().min(1).optional().describe('Its password; better in a file.'),
  keystone_password_file: z
    .string()
    .min(1)
    .optional()
    .describe('File that holds the password alone; relative to the working folder.'),
  keystone_user_domain_name: z.string().min(1).default('Default').describe("Domain of Clinker's user."),
  keystone_project_name: z.string().min(1).default('service').describe("Project of Clinker's user."),
  keystone_project_domain_name: z.string().min(1).default('Default').describe('Domain of that project.'),
  keystone_timeout_ms: milliseconds
    .default(5_000)
    .describe('Longest time that one request to Keystone may take; then the answer is 503.'),
  keystone_token_cache_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .describe('How long a validated token is remembered, and so a revoked one goes on working.'),
  service_token_roles: z
    .string()
    .min(1)
    .default('service')
    .describe('Roles, separated by commas, of which an X-Service-Token must have one to count.'),
  service_token_rule: z
    .enum(['nova', 'service-only', 'off'])
    .optional()
    .describe(
      'Who may end the connection of a server: `nova` a service, or everyone once Nova does not use the attachment; `service-only` a service; `off` every owner. Default: `nova` when nova_endpoint is set, else `off`.',
    ),
  nova_endpoint: z
    .url({ protocol: /^https?$/ })
    .transform((url) => trimCharactersEnd(url, '/'))
    .optional()
    .describe('Address of the Compute API, for instance `https://compute.example.org:8774/v2.1`.'),
  nova_timeout_ms: milliseconds
    .default(5_000)
    .describe('Longest time that Nova may take to answer; then the request is 503.'),
  policy_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'YAML file of rules that replace those of the same names, as in other OpenStack services; `clinker policy` lists them. Relative to the working folder.',
    ),
  noauth_allow_remote: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe(
      'Lets noauth listen on an address other than loopback. Whoever reaches the port owns every volume.',
    ),
  backends: z
    .array(backend)
    .min(1)
    .default([{ name: 'fake', driver: 'fake', options: {} }])
    .describe('The storage backends. In the environment: the same list as JSON.'),
  default_backend: z
    .string()
    .optional()
    .describe('Backend of volumes whose type names none. Default: the first.'),
  driver_timeout_ms: milliseconds
    .default(60_000)
    .describe('Longest time one driver call may take; then the request fails and is undone.'),
  driver_abort_grace_ms: milliseconds
    .default(5_000)
    .describe('How long a timed-out call may go on before its volume is unlocked without it.'),
  backend_concurrency: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(32)
    .describe('Volumes that one backend works on at once; further work waits.'),
  backend_queue_length: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(1000)
    .describe('Works that may wait for one backend; beyond them requests are answered 503 with Retry-After.'),
  backend_breaker_failures: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(5)
    .describe(
      'After so many works in a row that a backend did not answer, for more than one volume or while it does not tell its statistics either, requests for it are answered 503 at once; 0 is never.',
    ),
  backend_breaker_pause_ms: milliseconds
    .default(30_000)
    .describe('How long such a backend is left alone before one request may try it again.'),
  default_volume_type: z
    .string()
    .min(1)
    .max(255)
    .default('__DEFAULT__')
    .describe(
      'Type of volumes that are created without one. The type __DEFAULT__ is made at the first start.',
    ),
  availability_zone: z
    .string()
    .min(1)
    .max(255)
    .default('nova')
    .describe('The availability zone of all volumes.'),
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
  reader_sees_secrets: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe('Shows connection credentials to callers who hold only the reader role, as Cinder does.'),
  secret_keys: z
    .string()
    .optional()
    .describe(
      'Keys that stored credentials are encrypted with: `<id>:<32 bytes in base64>`, separated by commas. The first encrypts, all decrypt. Without any they are stored as plain text. Prefer `secret_keys_file`.',
    ),
  secret_keys_file: z
    .string()
    .min(1)
    .optional()
    .describe('File with the same keys, one a line. Relative to the working folder.'),
  message_ttl_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(10 * 365 * 86_400)
    .default(30 * 86_400)
    .describe('How long messages about failures are kept.'),
  reconcile_interval_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe(
      'Seconds between two looks for work that was left open, by a server that died or because a backend failed.',
    ),
  reservation_ttl_s: z.coerce
    .number()
    .int()
    .min(0)
    .max(10 * 365 * 86_400)
    .default(0)
    .describe(
      'Seconds after which an attachment that is only reserved, without connector, is released; 0 is never. Nova keeps the volumes of shelved servers reserved: leave it at 0 where Nova shelves.',
    ),
  process_lease_s: z.coerce
    .number()
    .int()
    .min(3)
    .max(3600)
    .default(30)
    .describe(
      'Seconds without a sign of life after which the servers that share a database end the work of one. The same for all of them. Without meaning for SQLite.',
    ),
  history_retention_days: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('How long the history of an attachment is kept after its deletion.'),
  idempotency_key_ttl_s: z.coerce
    .number()
    .int()
    .min(1)
    .max(30 * 86_400)
    .default(86_400)
    .describe(
      'Seconds for which a create that repeats its Idempotency-Key is answered with the attachment that it made.',
    ),
  shutdown_grace_ms: milliseconds
    .default(30_000)
    .describe('How long running requests and driver work may go on after SIGTERM or SIGINT.'),
});

/** The configuration in force; frozen at start. */
export type Config = Readonly<Omit<z.infer<typeof configSchema>, 'secret_keys' | 'service_token_rule'>> & {
  /** The keys of secret_keys or secret_keys_file; the first one encrypts. */
  readonly secret_keys: readonly SecretKey[];
  readonly service_token_rule: 'nova' | 'service-only' | 'off';
  /** Folder that relative driver paths and packages are resolved from. */
  readonly base_folder: string;
};

/** Keys that are read from the environment without the prefix as well, because their names are customary. */
export const UNPREFIXED: readonly string[] = ['host', 'port', 'database_url', 'log_level'];

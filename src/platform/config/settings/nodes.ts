import { z } from 'zod';
import { milliseconds } from './milliseconds.js';

const role = z.enum(['all', 'api', 'volume']);

/** Roles that a process may have. */
export const ROLES: readonly string[] = role.options;

const nodeName = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** Roles of processes that share a database, and what connects them. */
export const nodes = {
  role: role
    .default('all')
    .describe(
      'What this process does: `all`; `api` serves requests and leaves the work at backends to volume nodes; `volume` runs the drivers of its backends. `clinker serve --role` overrides it. `api` and `volume` need PostgreSQL or MariaDB, and transport_url; `volume` also needs node_name and backends.',
    ),
  node_name: z
    .string()
    .regex(nodeName, 'lower-case letters, digits, dot and hyphen, at most 63')
    .optional()
    .describe(
      'Name of a volume node, which owns its backends under this name. A second process with the name of a living one does not start.',
    ),
  transport_url: z
    .string()
    .regex(/^(nats|tls|amqp|amqps):\/\//, 'must begin with nats://, tls://, amqp:// or amqps://')
    .refine(
      (url) => URL.canParse(url),
      'is not a URL; write characters such as # / ? @ of user and password percent-encoded, for instance %23 for #',
    )
    .optional()
    .describe(
      'Broker between API replicas and volume nodes: `nats://user:password@host` (with TLS: `tls://`) or, for RabbitMQ, `amqp://…` (with TLS: `amqps://`). NODE_EXTRA_CA_CERTS names the file of a private CA.',
    ),
  node_deadline_ms: milliseconds
    .default(120_000)
    .describe(
      'Longest time that a request waits at an API replica for its turn on the volume and for the work of the volume node; then 503, and the node no longer does or records it.',
    ),
};

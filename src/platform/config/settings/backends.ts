import { z } from 'zod';
import { integer } from './integer.js';
import { milliseconds } from './milliseconds.js';

const backendName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A storage backend: a driver and its options. */
const backend = z.strictObject({
  name: z
    .string()
    .regex(backendName, 'letters, digits, dot, hyphen and underscore, at most 64')
    .describe('Name of the backend; volume types select it with the extra spec volume_backend_name.'),
  driver: z
    .string()
    .min(1)
    .describe(
      'Built-in driver, or the name or path of a driver package, resolved from the folder of the configuration file.',
    ),
  options: z
    .record(z.string(), z.json())
    .default({})
    .describe('Options of the driver, checked against its schema.'),
  availability_zone: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Availability zone of its volumes. Default: the setting availability_zone.'),
  max_over_subscription_ratio: z
    .number()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'How many times as large as the backend its volumes may be in all, if its driver is thin. Default: 20, as in Cinder.',
    ),
  reserved_percentage: integer(0, 100)
    .optional()
    .describe('Percentage of its capacity that new volumes may not use. Default: 0.'),
});

/** Keys of a backend. */
export const BACKEND_KEYS: readonly string[] = Object.keys(backend.shape);

/** Backends and their concurrency. */
export const backends = {
  backends: z
    .array(backend)
    .min(1)
    .default([{ name: 'fake', driver: 'fake', options: {} }])
    .describe('The storage backends. In the environment, the list as JSON.'),
  default_backend: z
    .string()
    .optional()
    .describe('Backend of volumes whose type selects none. Default: the scheduler selects one.'),
  driver_timeout_ms: milliseconds
    .default(60_000)
    .describe(
      'Timeout of a driver call, and of each step of creating, extending or wiping a volume. The operation then fails and is ' +
        'undone.',
    ),
  driver_abort_grace_ms: milliseconds
    .default(5_000)
    .describe('Time that a timed-out driver call gets to end before its volume is unlocked without it.'),
  backend_concurrency: integer(1, 10_000)
    .default(32)
    .describe('Maximum number of volumes that a backend works on at once; further work is queued.'),
  backend_queue_length: integer(0, 1_000_000)
    .default(1000)
    .describe("Maximum length of a backend's queue; further requests get 503 with Retry-After."),
  backend_breaker_failures: integer(0, 10_000)
    .default(5)
    .describe(
      'Circuit breaker: after this many consecutive operations without a response from the backend, for more than one volume or while its statistics fail too, requests for it get 503 at once; 0 disables it.',
    ),
  backend_breaker_pause_ms: milliseconds
    .default(30_000)
    .describe('How long the circuit breaker stays open before one request may try the backend again.'),
  default_volume_type: z
    .string()
    .min(1)
    .max(255)
    .default('__DEFAULT__')
    .describe(
      'Type of volumes that are created without one. The type `__DEFAULT__` is created at the first start.',
    ),
};

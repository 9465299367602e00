import { z } from 'zod';
import { milliseconds } from './milliseconds.js';

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

/** Where the volumes are, and how much is asked of it at once. */
export const backends = {
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
};

import { z } from 'zod';
import { httpUrl } from './http-url.js';
import { integer } from './integer.js';
import { milliseconds } from './milliseconds.js';
import { truth } from './truth.js';

/** Authentication, policy and secrets. */
export const identity = {
  auth_strategy: z
    .enum(['noauth', 'keystone'])
    .default('noauth')
    .describe(
      'Authentication. `noauth` trusts the identity that a request claims and makes everyone an admin; `keystone` validates tokens.',
    ),
  keystone_auth_url: httpUrl
    .transform((url) => url.replace(/\/v3$/, ''))
    .optional()
    .describe('URL of Keystone, for example `https://identity.example.org:5000`.'),
  keystone_username: z
    .string()
    .min(1)
    .default('clinker')
    .describe('User that validates tokens; needs the role service or admin.'),
  keystone_password: z
    .string()
    .min(1)
    .optional()
    .describe('Password of that user. Prefer `keystone_password_file`.'),
  keystone_password_file: z
    .string()
    .min(1)
    .optional()
    .describe('File that contains only the password. Relative to the working folder.'),
  keystone_user_domain_name: z.string().min(1).default('Default').describe("Domain of Clinker's user."),
  keystone_project_name: z.string().min(1).default('service').describe("Project of Clinker's user."),
  keystone_project_domain_name: z.string().min(1).default('Default').describe('Domain of that project.'),
  keystone_timeout_ms: milliseconds.default(5_000).describe('Timeout of a request to Keystone; then 503.'),
  keystone_token_cache_s: integer(1, 3600)
    .default(60)
    .describe('Seconds that a validated token is cached. A revoked token may keep working for that long.'),
  service_token_roles: z
    .string()
    .min(1)
    .default('service')
    .describe('Comma-separated roles; an X-Service-Token counts only if it has one of them.'),
  service_token_rule: z
    .enum(['nova', 'service-only', 'off'])
    .optional()
    .describe(
      'Who may end the connection of a server. `nova`: only a service, until Nova no longer uses the attachment; `service-only`: only a service; `off`: every owner. Default: `nova` if nova_endpoint is set, else `off`.',
    ),
  nova_endpoint: httpUrl
    .optional()
    .describe(
      'URL of the Compute API, for example `https://compute.example.org:8774/v2.1`. It is notified when an attached volume is extended, for which keystone_username must be an admin there.',
    ),
  nova_timeout_ms: milliseconds.default(5_000).describe('Timeout of a request to Nova; then 503.'),
  policy_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'YAML file with rules that override those of the same name, as in other OpenStack services; `clinker policy` lists them. Relative to the working folder.',
    ),
  noauth_allow_remote: truth.describe(
    'Allows noauth on an address other than loopback. Anyone who can reach the port then controls every volume.',
  ),
  reader_sees_secrets: truth.describe(
    'Shows connection credentials to callers with only the reader role, as Cinder does.',
  ),
  secret_keys: z
    .string()
    .optional()
    .describe(
      'Keys that encrypt stored credentials: `<id>:<32 bytes in base64>`, separated by commas. The first encrypts, all decrypt. Without keys, credentials are stored as plain text. Prefer `secret_keys_file`.',
    ),
  secret_keys_file: z
    .string()
    .min(1)
    .optional()
    .describe('File with the same keys, one per line. Relative to the working folder.'),
};

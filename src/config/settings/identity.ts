import { z } from 'zod';
import { trimCharactersEnd } from '../../common/trim-characters.js';
import { milliseconds } from './milliseconds.js';

/** Who may do what, and which secrets are kept how. */
export const identity = {
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
};

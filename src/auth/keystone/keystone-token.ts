import { z } from 'zod';
import type { AccessRule } from './access-rules.js';

/** What Keystone says about a valid token (Identity API v3, "Validate and show information for token"). */
export interface KeystoneToken {
  readonly userId: string;
  /** Undefined when the token's scope is a domain, the system, or nothing. */
  readonly projectId: string | undefined;
  /** In lower case: role names have no case. */
  readonly roles: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** What the application credential is limited to that the token came from; undefined without such a limit. */
  readonly accessRules: readonly AccessRule[] | undefined;
}

/** Keystone leaves it out of some tokens of application credentials; it is UTC all the same. */
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/i;

const answer = z.object({
  token: z.object({
    user: z.object({ id: z.string().min(1).max(255) }),
    project: z.object({ id: z.string().min(1).max(255) }).optional(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    expires_at: z.string().transform((text, context) => {
      const time = Date.parse(ZONE.test(text) ? text : `${text}Z`);
      if (Number.isNaN(time)) context.addIssue('not a time');
      return time;
    }),
    application_credential: z
      .object({
        access_rules: z
          .array(z.object({ service: z.string(), method: z.string(), path: z.string() }))
          .nullish(),
      })
      .optional(),
  }),
});

/** Reads an answer of Keystone; undefined when it is not one. */
export function parseToken(body: unknown): KeystoneToken | undefined {
  const parsed = answer.safeParse(body);
  if (!parsed.success) return undefined;
  const {
    user,
    project,
    roles,
    expires_at: expiresAt,
    application_credential: credential,
  } = parsed.data.token;
  return {
    userId: user.id,
    projectId: project?.id,
    roles: new Set(roles.map(({ name }) => name.toLowerCase())),
    expiresAt,
    accessRules: credential?.access_rules ?? undefined,
  };
}

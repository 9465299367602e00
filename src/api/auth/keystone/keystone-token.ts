import { z } from 'zod';
import type { AccessRule } from './access-rules.js';
import type { KeystoneAnswer } from './keystone-http.js';

/** Keystone's data about a valid token (Identity API v3, "Validate and show information for token"). */
export interface KeystoneToken {
  readonly userId: string;
  /** Undefined when the token is scoped to a domain or the system, or unscoped. */
  readonly projectId: string | undefined;
  /** Lower case: role names are case-insensitive. */
  readonly roles: ReadonlySet<string>;
  /** Remaining validity in milliseconds at the time of the response, by Keystone's clock; not positive when expired. */
  readonly lifeMs: number;
  /** Access rules of the token's application credential; undefined without such rules. */
  readonly accessRules: readonly AccessRule[] | undefined;
}

/** Keystone omits the zone in some tokens of application credentials; it is still UTC. */
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

/** Parses the token in a response of Keystone; undefined when there is none. */
export function parseToken({ body, time }: KeystoneAnswer): KeystoneToken | undefined {
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
    lifeMs: expiresAt - time,
    accessRules: credential?.access_rules ?? undefined,
  };
}

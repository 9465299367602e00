import { z } from 'zod';

/** What Keystone says about a valid token (Identity API v3, "Validate and show information for token"). */
export interface KeystoneToken {
  readonly userId: string;
  /** Undefined when the token's scope is a domain, the system, or nothing. */
  readonly projectId: string | undefined;
  /** In lower case: role names have no case. */
  readonly roles: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const answer = z.object({
  token: z.object({
    user: z.object({ id: z.string().min(1).max(255) }),
    project: z.object({ id: z.string().min(1).max(255) }).optional(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    expires_at: z.string().transform((text, context) => {
      const time = Date.parse(text);
      if (Number.isNaN(time)) context.addIssue('not a time');
      return time;
    }),
  }),
});

/** Reads an answer of Keystone; undefined when it is not one. */
export function parseToken(body: unknown): KeystoneToken | undefined {
  const parsed = answer.safeParse(body);
  if (!parsed.success) return undefined;
  const { user, project, roles, expires_at: expiresAt } = parsed.data.token;
  return {
    userId: user.id,
    projectId: project?.id,
    roles: new Set(roles.map(({ name }) => name.toLowerCase())),
    expiresAt,
  };
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rightTime } from './host-clock.js';

/** A token as stored by the stand-in. */
export interface IssuedToken {
  readonly user: string;
  readonly project?: string;
  readonly roles: readonly string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Access rules of the token's application credential. */
  readonly accessRules?: readonly object[];
}

/** A Keystone in this process: password authentication of one user, and token validation, as in the Identity API v3. */
export class KeystoneStandIn {
  readonly tokens = new Map<string, IssuedToken>();
  /** Subject tokens of the validation requests. */
  readonly validations: string[] = [];
  /** The header `traceparent` of all requests that had one. */
  readonly traceparents: string[] = [];
  /** Number of authentications of Clinker's user. */
  logins = 0;
  /** Lifetime of the tokens of Clinker's user. */
  ownLifeMs = 3_600_000;
  mode: 'up' | 'failing' | 'hanging' = 'up';
  private own = 'own-0';
  private refusal: 401 | 404 = 401;
  private readonly server: Server;

  constructor(private readonly password: string) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  issue(name: string, token: Partial<IssuedToken> & { roles: readonly string[] }): string {
    this.tokens.set(name, { user: `user-${name}`, expiresAt: rightTime() + 3_600_000, ...token });
    return name;
  }

  /** Invalidates the token of Clinker's user, as a rotation of Keystone's keys does. */
  forgetOwnToken(): void {
    this.own = 'nobody has this';
  }

  /** Simulates that Clinker's user was deleted and created again. */
  renewOwnUser(): void {
    this.forgetOwnToken();
    this.refusal = 404;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { traceparent } = request.headers;
    if (typeof traceparent === 'string') this.traceparents.push(traceparent);
    if (this.mode === 'hanging') return;
    if (this.mode === 'failing') {
      reply(response, 500);
      return;
    }
    const url = new URL(request.url ?? '/', 'http://keystone');
    if (url.pathname !== '/v3/auth/tokens') {
      reply(response, 404);
      return;
    }
    if (request.method === 'POST') return this.logIn(request, response);
    const subject = String(request.headers['x-subject-token']);
    this.validations.push(subject);
    if (request.headers['x-auth-token'] !== this.own) {
      reply(response, this.refusal);
      return;
    }
    if (subject === this.own) {
      reply(response, 200, this.shownOwn());
      return;
    }
    const token = this.tokens.get(subject);
    const isHidden =
      token?.accessRules !== undefined && request.headers['openstack-identity-access-rules'] !== '1.0';
    const isAllowed =
      token !== undefined &&
      !isHidden &&
      (token.expiresAt > rightTime() || url.searchParams.has('allow_expired'));
    if (isAllowed) reply(response, 200, shown(token));
    else reply(response, 404);
  }

  private async logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { auth } = JSON.parse(Buffer.concat(chunks).toString()) as {
      auth: { identity: { password: { user: { password: string } } } };
    };
    this.logins += 1;
    if (auth.identity.password.user.password !== this.password) {
      reply(response, 401);
      return;
    }
    this.own = `own-${this.logins}`;
    response.setHeader('X-Subject-Token', this.own);
    reply(response, 201, this.shownOwn());
  }

  private shownOwn(): object {
    const expiresAt = rightTime() + this.ownLifeMs;
    return shown({ user: 'clinker', project: 'service', roles: ['service'], expiresAt });
  }
}

function shown({ user, project, roles, expiresAt, accessRules }: IssuedToken): object {
  return {
    token: {
      user: { id: user, name: user, domain: { id: 'default' } },
      ...(project === undefined ? {} : { project: { id: project, name: project } }),
      roles: roles.map((name) => ({ id: name, name })),
      ...(accessRules === undefined ? {} : { application_credential: { access_rules: accessRules } }),
      expires_at: new Date(expiresAt).toISOString(),
    },
  };
}

function reply(response: ServerResponse, status: number, body: object = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

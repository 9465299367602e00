import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from './load-config.js';

const folder = mkdtempSync(join(tmpdir(), 'clinker-config-'));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(environment, folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing', () => {
    const config = loadConfig({}, folder);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8776,
      data_folder: join(folder, 'data'),
      auth_strategy: 'noauth',
    });
    expect(config.backends).toEqual([{ name: 'fake', driver: 'fake', options: {} }]);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('comes from a file, overlaid with the environment', () => {
    const path = file('a.yaml', 'port: 9000\nlog_level: warn\nbackends:\n  - { name: a, driver: fake }\n');
    const config = loadConfig({ CLINKER_CONFIG: path, PORT: '9001' }, folder);
    expect([config.port, config.log_level, config.backends[0]?.name]).toEqual([9001, 'warn', 'a']);
  });

  it('takes backends as JSON from the environment', () => {
    const backends = [{ name: 'b', driver: './b.js', options: { deep: [1, { x: null }] } }];
    expect(loadConfig({ CLINKER_BACKENDS: JSON.stringify(backends) }, folder).backends).toEqual(backends);
  });

  it('reports all mistakes at once, each with its key', () => {
    const problems = problemsOf({
      PORT: '99999',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'oracle://x',
      CLINKER_MAX_LIMIT: 'many',
      CLINKER_BACKENDS: '[',
      CLINKER_SURPRISE: '1',
    });
    for (const key of ['port', 'log_level', 'database_url', 'max_limit', 'backends', 'CLINKER_SURPRISE']) {
      expect(problems.filter((problem) => problem.startsWith(`${key}:`))).not.toEqual([]);
    }
  });

  it.each([
    ['soon', '"soon"'],
    ['0x', '"0x"'],
    ['', '""'],
    ['1.5', '1.5'],
    ['-2', '-2'],
  ])('refuses the number %j, and says which are valid', (text, shown) => {
    const path = file('number.yaml', `quota_volumes: ${JSON.stringify(text)}\n`);
    expect(problemsOf({ CLINKER_CONFIG: path })).toEqual([
      `quota_volumes: must be a whole number from -1 to 2147483647, not ${shown} (${path})`,
    ]);
  });

  it.each([
    [{ CLINKER_LOGLEVEL: 'info' }, 'CLINKER_LOGLEVEL: unknown setting; did you mean CLINKER_LOG_LEVEL?'],
    [{ CLINKER_CONFIG_FILE: 'a' }, 'CLINKER_CONFIG_FILE: unknown setting; did you mean CLINKER_CONFIG?'],
    [
      { CLINKER_BACKENDS: '[{"name":"a","drivr":"fake"}]' },
      'backends.0.drivr: unknown setting; did you mean driver?',
    ],
  ])('says which setting was meant: %j', (environment, text) => {
    expect(problemsOf(environment)).toContainEqual(expect.stringContaining(text));
  });

  it('refuses a database URL that cannot be read, without quoting it', () => {
    const [problem] = problemsOf({ DATABASE_URL: 'postgres://clinker:pa#ss@db/clinker' });
    expect(problem).toMatch(/^database_url: is not a URL.*%23/);
    expect(problem).not.toContain('pa#ss');
  });

  it.each([
    ['amqp://clinker:100%@mq/', /a percent sign in user or password.*%25/],
    ['amqp://mq/', /must name a user/],
    ['amqp://clinker:pa#ss@mq/', /is not a URL.*%23/],
  ])(
    'refuses the notification URL %s, which no broker could be reached with, without quoting it',
    (url, text) => {
      const problems = problemsOf({ CLINKER_NOTIFICATION_URL: url });
      expect(problems).toEqual([expect.stringMatching(text)]);
      expect(problems.join()).not.toContain(url);
    },
  );

  it.each(['[hunter2', '|hunter2', '>hunter2', '!hunter2 x', '"hunter2', '@hunter2'])(
    'does not quote the file, which may contain secrets, where it is no YAML: %s',
    (value) => {
      const path = file('secret.yaml', `keystone_password: ${value}\nport: 1\n`);
      expect(problemsOf({ CLINKER_CONFIG: path }).join()).toMatch(/secret\.yaml: .* at line \d+, column \d+/);
      expect(problemsOf({ CLINKER_CONFIG: path }).join()).not.toContain('hunter2');
    },
  );

  it('does not quote an alias that names nothing', () => {
    const path = file('alias.yaml', 'keystone_password: *hunter2\n');
    expect(problemsOf({ CLINKER_CONFIG: path })).toEqual([
      `${path}: an alias (* in front of a value) names nothing`,
    ]);
  });

  it.each(['postgres:u:hunter2@h/d', 'postgres:/u:hunter2@h/d', 'mysql:u:hunter2@h/d'])(
    'refuses the database URL %s without quoting it',
    (url) => {
      const [problem] = problemsOf({ DATABASE_URL: url });
      expect(problem).toMatch(/^database_url: must begin with/);
      expect(problem).not.toContain('hunter2');
    },
  );

  it.each(['CLINKER_NOVA_ENDPOINT', 'CLINKER_KEYSTONE_AUTH_URL'])('refuses credentials in %s', (name) => {
    const problems = problemsOf({ [name]: 'https://u:hunter2@host/' }).join();
    expect(problems).toContain('must have no user and password');
    expect(problems).not.toContain('hunter2');
  });

  it.each([
    [{ url: 'https://u:hunter2@host/' }, 'webhooks.0.url: must have no user and password'],
    [{ secret: 'whsec_!!!!!!!!!!!!' }, 'webhooks.0.secret: is not base64 of 24 to 64 bytes'],
    [{ type: [] }, 'webhooks.0.type: unknown setting; did you mean types?'],
  ])('refuses the webhook %j', (wrong, text) => {
    const hook = { name: 'a', url: 'https://host/', secret: 'a-secret-of-16-chars', ...wrong };
    const problems = problemsOf({ CLINKER_WEBHOOKS: JSON.stringify([hook]) });
    expect(problems).toEqual([expect.stringContaining(text)]);
  });

  it.each([
    ['an unknown key', 'prot: 1\n', 'prot: unknown setting; did you mean port?'],
    ['no mapping', '- 1\n', 'keys and values'],
    ['no YAML', 'a: [\n', 'wrong.yaml'],
  ])('refuses a file with %s', (_what, text, named) => {
    expect(problemsOf({ CLINKER_CONFIG: file('wrong.yaml', text) }).join('\n')).toContain(named);
  });

  it('refuses a file that is not there', () => {
    expect(problemsOf({ CLINKER_CONFIG: 'nowhere.yaml' }).join()).toContain('does not exist');
  });

  it('refuses the port of the API for the metrics, but not a free one for both', () => {
    expect(problemsOf({ PORT: '8776', CLINKER_METRICS_PORT: '8776' })).toEqual([
      expect.stringContaining('metrics_port'),
    ]);
    expect(problemsOf({ PORT: '0', CLINKER_METRICS_PORT: '0' })).toEqual([]);
  });

  it('refuses names of backends that are used twice, and a default that is none', () => {
    const backends = JSON.stringify([
      { name: 'a', driver: 'fake' },
      { name: 'a', driver: 'fake' },
    ]);
    expect(problemsOf({ CLINKER_BACKENDS: backends, CLINKER_DEFAULT_BACKEND: 'b' })).toEqual([
      expect.stringContaining('used twice'),
      expect.stringContaining('backend b is not configured'),
    ]);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'storage.example.org'])(
    'does not open noauth to %s unless told so',
    (host) => {
      expect(problemsOf({ HOST: host })).toEqual([expect.stringContaining('noauth')]);
      expect(problemsOf({ HOST: host, CLINKER_NOAUTH_ALLOW_REMOTE: 'true' })).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('opens noauth to %s', (host) => {
    expect(problemsOf({ HOST: host })).toEqual([]);
  });
});

describe('the role', () => {
  it.each([
    ['api', ['database_url: PostgreSQL or MariaDB is required by role api (DATABASE_URL)']],
    [
      'volume',
      [
        'database_url: PostgreSQL or MariaDB is required by role volume (DATABASE_URL)',
        'node_name: required by role volume (CLINKER_NODE_NAME)',
        'backends: required by role volume (CLINKER_BACKENDS)',
      ],
    ],
  ])('%s needs what it cannot do without', (role, missing) => {
    const needed = ['transport_url: required by role ' + role + ' (CLINKER_TRANSPORT_URL)'];
    const problems = problemsOf({ CLINKER_ROLE: role });
    expect([...problems].sort()).toEqual([...missing, ...needed].sort());
  });

  it('volume takes its backends from the file or the environment', () => {
    const path = file('node.yaml', 'backends:\n  - { name: a, driver: fake }\n');
    const environment = {
      CLINKER_ROLE: 'volume',
      CLINKER_NODE_NAME: 'storage-1',
      CLINKER_TRANSPORT_URL: 'nats://mq',
      DATABASE_URL: 'postgres://clinker@db/clinker',
    };
    expect(problemsOf(environment)).toEqual(['backends: required by role volume (CLINKER_BACKENDS)']);
    expect(problemsOf({ ...environment, CLINKER_CONFIG: path })).toEqual([]);
    const backends = '[{"name":"b","driver":"fake"}]';
    expect(problemsOf({ ...environment, CLINKER_BACKENDS: backends })).toEqual([]);
  });

  it('is one of three, and what it was is told', () => {
    expect(problemsOf({ CLINKER_ROLE: 'bogus' })).toEqual([
      'role: must be one of all, api, volume, not "bogus" (environment)',
    ]);
  });
});

describe('keystone', () => {
  const chosen = { CLINKER_AUTH_STRATEGY: 'keystone', CLINKER_KEYSTONE_AUTH_URL: 'http://keystone:5000/v3/' };

  it('needs an address and a password', () => {
    expect(problemsOf({ CLINKER_AUTH_STRATEGY: 'keystone' })).toEqual([
      'keystone_auth_url: required by auth_strategy keystone',
      'keystone_password: this or keystone_password_file is required by auth_strategy keystone',
    ]);
  });

  it('takes the password from a file, and listens anywhere', () => {
    const path = file('password', 'secret word\n');
    const config = loadConfig({ ...chosen, CLINKER_KEYSTONE_PASSWORD_FILE: path, HOST: '0.0.0.0' }, folder);
    expect(config).toMatchObject({
      keystone_password: 'secret word',
      keystone_auth_url: 'http://keystone:5000',
    });
  });

  it('reports a password file that is missing, empty, or one too many', () => {
    const missing = { ...chosen, CLINKER_KEYSTONE_PASSWORD_FILE: 'none' };
    expect(problemsOf(missing)).toEqual(['keystone_password_file: none cannot be read (ENOENT)']);
    const empty = file('empty', '\n');
    expect(problemsOf({ ...chosen, CLINKER_KEYSTONE_PASSWORD_FILE: empty })).toHaveLength(1);
    expect(problemsOf({ ...missing, CLINKER_KEYSTONE_PASSWORD: 'x' })).toHaveLength(2);
  });
});

describe('the rule about service tokens', () => {
  const endpoint = { CLINKER_NOVA_ENDPOINT: 'https://compute.example.org/v2.1/' };

  it.each([
    ['off without Nova', {}, 'off'],
    ['nova with one', endpoint, 'nova'],
    ['what is set', { ...endpoint, CLINKER_SERVICE_TOKEN_RULE: 'off' }, 'off'],
    ['what is set without Nova', { CLINKER_SERVICE_TOKEN_RULE: 'service-only' }, 'service-only'],
  ])('is %s', (_what, environment, rule) => {
    expect(loadConfig(environment, folder).service_token_rule).toBe(rule);
  });

  it('is the text off in a file, not a boolean', () => {
    const path = file('rule.yaml', 'nova_endpoint: http://nova:8774/v2.1\nservice_token_rule: off\n');
    expect(loadConfig({ CLINKER_CONFIG: path }, folder).service_token_rule).toBe('off');
  });

  it('nova needs an address', () => {
    expect(problemsOf({ CLINKER_SERVICE_TOKEN_RULE: 'nova' })).toEqual([
      'nova_endpoint: required by service_token_rule nova',
    ]);
  });
});

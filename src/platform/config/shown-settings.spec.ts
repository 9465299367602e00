import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configSchema } from './config.schema.js';
import { loadConfig } from './load-config.js';
import { secretsOf, shownSettings } from './shown-settings.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const folder = mkdtempSync(join(tmpdir(), 'clinker-shown-'));

const environment = {
  CLINKER_CONFIG: join(folder, 'a.yaml'),
  DATABASE_URL: 'postgres://clinker:hunter%32@db/clinker?sslmode=require&password=hunter3',
  CLINKER_MAX_LIMIT: '7',
  CLINKER_NOTIFICATION_URL: 'amqps://clinker:hunter9@mq/%2F',
};
writeFileSync(
  environment.CLINKER_CONFIG,
  `keystone_password: hunter4
secret_keys: a:${KEY}
nova_endpoint: https://nova/v2.1
backends:
  - name: san
    driver: fake
    options: { san_password: hunter6, url: 'https://u:hunter7@san/', deep: [{ api_key: hunter8 }] }
`,
);
const config = loadConfig(environment, folder);
const shown = shownSettings(config, environment, folder);
const setting = (wanted: string) => shown.find(({ key }) => key === wanted);

describe('the settings shown', () => {
  it('are all, each with its source', () => {
    expect(shown.map(({ key }) => key)).toEqual(Object.keys(configSchema.shape));
    expect(setting('port')).toEqual({ key: 'port', value: 8776, source: 'default' });
    expect(setting('max_limit')).toEqual({
      key: 'max_limit',
      value: 7,
      source: 'environment',
      variable: 'CLINKER_MAX_LIMIT',
    });
    expect(setting('database_url')).toMatchObject({ source: 'environment', variable: 'DATABASE_URL' });
    expect(setting('keystone_password')).toEqual({ key: 'keystone_password', value: '***', source: 'file' });
    expect(setting('metrics_port')).toEqual({ key: 'metrics_port', value: undefined, source: 'default' });
  });

  it('contain no secret, but what surrounds it', () => {
    const text = JSON.stringify(shown);
    expect(text).not.toMatch(/hunter|BwcH/);
    expect(text).toContain('postgres://clinker:***@db/clinker?sslmode=require&password=***');
    expect(text).toContain('https://u:***@san/');
    expect(text).toContain('amqps://clinker:***@mq/%2F');
  });

  it('are those whose secrets are known for other texts', () => {
    expect(secretsOf(config)).toEqual(
      expect.arrayContaining([
        'hunter%32',
        ...[2, 3, 4, 6, 7, 8, 9].map((number) => `hunter${String(number)}`),
        KEY,
      ]),
    );
  });
});

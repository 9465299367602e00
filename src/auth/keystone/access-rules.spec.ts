import { describe, expect, it } from '@jest/globals';
import { isPermitted } from './access-rules.js';

const permits = (path: string, asked: string): boolean =>
  isPermitted([{ service: 'volumev3', method: 'GET', path }], 'GET', asked);

describe('access rules of application credentials', () => {
  it.each([
    ['/v3/volumes', '/v3/volumes', true],
    ['/v3/volumes', '/v3/volumes/detail', false],
    ['/v3/volumes', '/v3/volumes.json', false],
    ['/v3/volumes/*', '/v3/volumes/1', true],
    ['/v3/volumes/*', '/v3/volumes/', false],
    ['/v3/volumes/*', '/v3/volumes/1/metadata', false],
    ['/v3/{project}/volumes/{id}', '/v3/p/volumes/1', true],
    ['/v3/{project}/volumes/{id}', '/v3/p/volumes', false],
    ['/v3/{project_id}/*', '/v3/p/types', true],
    ['/v3/volumes**', '/v3/volumes', true],
    ['/v3/volumes**', '/v3/volumes/1/metadata/key', true],
    ['/v3/**/metadata', '/v3/p/volumes/1/metadata', true],
    ['/v3/**/metadata', '/v3/p/volumes/1', false],
    ['**', '/v3/volumes', true],
    ['/v3/vol.mes', '/v3/volumes', false],
    ['/v3/(volumes|types)', '/v3/types', false],
    ['', '/v3/volumes', false],
  ])('%s and %s: %s', (path, asked, expected) => {
    expect(permits(path, asked)).toBe(expected);
  });

  it('are about a method and a service', () => {
    const rule = { service: 'block-storage', method: 'GET', path: '**' };
    expect(isPermitted([rule], 'GET', '/v3/volumes')).toBe(true);
    expect(isPermitted([rule], 'POST', '/v3/volumes')).toBe(false);
    expect(isPermitted([{ ...rule, service: 'compute' }], 'GET', '/v3/volumes')).toBe(false);
    expect(isPermitted([], 'GET', '/v3/volumes')).toBe(false);
  });

  it('take no long time, whatever is in them', () => {
    const began = process.cpuUsage().user;
    expect(permits('**a'.repeat(42), `/v3/${'a'.repeat(1000)}/`)).toBe(false);
    expect(permits('**', `/v3/${'a'.repeat(2000)}`)).toBe(false);
    expect(process.cpuUsage().user - began).toBeLessThan(1_000_000);
  });
});

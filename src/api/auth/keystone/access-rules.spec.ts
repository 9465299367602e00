import { describe, expect, it } from '@jest/globals';
import { growth } from '../../../../test/support/growth.js';
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

  it.each(['**a'.repeat(42), '**'])('%s takes time that grows with the path, not with its square', (rule) => {
    const factor = growth((length) => {
      expect(permits(rule, `/v3/${'a'.repeat(length)}/`)).toBe(false);
    }, 20_000);
    expect(factor).toBeLessThan(10);
  });
});

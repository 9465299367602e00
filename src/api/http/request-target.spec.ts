import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalPath, requestTarget } from './request-target.js';

describe('the normal form of a path', () => {
  it.each([
    ['/', '/'],
    ['//', '/'],
    ['/v3/attachments', '/v3/attachments'],
    ['/v3//attachments', '/v3/attachments'],
    ['///v3///p////attachments', '/v3/p/attachments'],
    ['/v3/attachments//', '/v3/attachments/'],
    ['/%76%33/%61ttachments', '/v3/attachments'],
    ['/v3/a%2Db%2e%5F%7e', '/v3/a-b._~'],
    ['/v3/./attachments', '/v3/attachments'],
    ['/v3/types/../attachments', '/v3/attachments'],
    ['/v3/types/%2e%2E/attachments', '/v3/attachments'],
    ['/v3/p//../attachments', '/v3/attachments'],
    ['/../../etc', '/etc'],
    ['/v3/attachments/.', '/v3/attachments/'],
    ['/v3/attachments/..', '/v3/'],
    ['/..', '/'],
    ['/v3/...', '/v3/...'],
    ['/v3/.json', '/v3/.json'],
    ['/v3/a%2fb', '/v3/a%2Fb'],
    ['/v3/%2f%2e%2e%2fattachments', '/v3/%2F..%2Fattachments'],
    ['/v3%2fattachments', '/v3%2Fattachments'],
    ['/v3/%252e%252e/types', '/v3/%252e%252e/types'],
    ['/v3/%c3%a9%20%00', '/v3/%C3%A9%20%00'],
    ['/v3/%', '/v3/%'],
    ['/v3/%u0041%4', '/v3/%u0041%4'],
    ['/v3\\..\\x', '/v3\\..\\x'],
  ])('%s is %s', (path, expected) => {
    expect(normalPath(path)).toBe(expected);
  });

  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    'a',
    '%2e',
    '%2F',
    '%2f',
    '%61',
    '%25',
    '%',
    '%2',
    'v3',
    '\\',
  );
  const path = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);

  it('has no slashes together and no dot segments, and begins with a slash', () => {
    fc.assert(
      fc.property(path, (spelt) => {
        const normal = normalPath(spelt);
        expect(normal).toMatch(/^\/(?!\/)/);
        expect(normal).not.toContain('//');
        expect(normal.split('/')).not.toContain('.');
        expect(normal.split('/')).not.toContain('..');
      }),
    );
  });

  it('has the encoded slashes and percent signs that were sent, at most', () => {
    const count = (text: string): number => text.match(/%2f|%25/gi)?.length ?? 0;
    fc.assert(
      fc.property(path, (spelt) => expect(count(normalPath(spelt))).toBeLessThanOrEqual(count(spelt))),
    );
  });
});

describe('the target of a request', () => {
  it.each([
    ['/v3//volumes?name=a//b%2e', { url: '/v3/volumes?name=a//b%2e' }],
    ['/v3/volumes#/../x', { url: '/v3/volumes' }],
    ['*', { url: '*' }],
    ['http://h:1/v3//volumes?a=1', { authority: 'h:1', url: '/v3/volumes?a=1' }],
    ['HTTPS://u@h', { authority: 'u@h', url: '/' }],
    ['http://h?a=1', { authority: 'h', url: '/?a=1' }],
    ['http:///v3', { authority: '', url: '/v3' }],
    ['ftp://h/v3', undefined],
    ['v3/volumes', undefined],
    ['', undefined],
  ])('%s', (line, expected) => {
    expect(requestTarget(line)).toEqual(expected);
  });
});

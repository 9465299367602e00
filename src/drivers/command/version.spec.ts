import { expect, it } from '@jest/globals';
import { isOlder, versionIn } from './version.js';

it.each([
  ['1.0.85\n', [1, 0, 85]],
  ['qemu-img version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright (c) 2003-2022', [7, 2, 22]],
  ['', null],
  ['version unknown', null],
])('the version in %j is %j', (output, version) => {
  expect(versionIn(output)).toEqual(version);
});

it.each([
  [[1, 0, 82], true],
  [[1, 0, 83], false],
  [[1, 0, 100], false],
  [[1, 1], false],
  [[1, 0], true],
  [[0, 9, 99], true],
] as const)('%j is older than 1.0.83: %p', (version, older) => {
  expect(isOlder(version, [1, 0, 83])).toBe(older);
});

/** Arbitraries (fast-check) of bodies and content types. */
import fc from 'fast-check';
import { oddValue, spoilt, valuesOf, weighted } from './fuzz-values.mjs';

const JSON_TYPE = 'application/json';

export const contentTypes = weighted(
  [80, fc.constant(JSON_TYPE)],
  [
    2,
    fc.constantFrom(
      'application/json; charset=utf-8',
      'application/vnd.openstack.volume+json',
      'APPLICATION/JSON',
    ),
  ],
  [
    2,
    fc.constantFrom(
      ...[
        'text/plain',
        'application/xml',
        'application/json; charset=utf-16',
        'application/jsonp',
        'json',
        ';',
      ],
      ...[
        'multipart/form-data; boundary=x',
        'application/x-www-form-urlencoded',
        '*/*',
        'text/json',
        'a'.repeat(999),
      ],
    ),
  ],
  [1, fc.constant(undefined)],
);

/** Changes that make a JSON text malformed, hostile or a different value; some replace it completely. */
const MALFORMED = [
  (text) => text.slice(0, -1),
  (text) => text.slice(0, text.length / 2),
  (text) => `${text}${text}`,
  (text) => `${text},`,
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll('"', "'"),
  (text) => text.replace(/:[^:,{}]+/, ':NaN'),
  (text) => text.replace(/:[^:,{}]+/, ':Infinity'),
  (text) => text.replace(/:[^:,{}]+/, ':-0x1'),
  (text) => text.replace(/:[^:,{}]+/, ':1e999'),
  (text) => text.replace(/"[^"]*"/, '"a\u0000\u0001\nb"'),
  (text) => text.replace('{', '{"__proto__":{"admin":true},'),
  (text) => text.replace(/\{("[^"]+":)/, '{$1null,$1'),
  (text) => `/* */${text}`,
  () => '',
  () => 'null',
  () => '"text"',
  () => '{',
  () => '['.repeat(50_000),
  () => `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
  () => `{"attachment":"${'x'.repeat(200_000)}"}`,
  () => `{"a":${'9'.repeat(100_000)}}`,
  // Not UTF-8.
  () => Buffer.from('{"volume":{"name":"\xff\xfe","size":1}}', 'latin1'),
];

const jsonTexts = (values) => values.map((value) => JSON.stringify(value) ?? '');

/** Bodies for an operation, as texts or as bytes that are not text. */
export function bodiesOf(operation) {
  const content = operation.requestBody?.content[JSON_TYPE];
  if (content === undefined) {
    return weighted(
      [30, fc.constant(undefined)],
      [1, fc.constantFrom('{}', 'null', '[')],
      [1, jsonTexts(oddValue)],
    );
  }
  const values = valuesOf(content.schema);
  return weighted(
    [10, jsonTexts(values)],
    [8, jsonTexts(spoilt(values))],
    [2, fc.tuple(jsonTexts(values), fc.constantFrom(...MALFORMED)).map(([text, spoil]) => spoil(text))],
    [1, jsonTexts(oddValue)],
    [1, fc.constant(undefined)],
  );
}

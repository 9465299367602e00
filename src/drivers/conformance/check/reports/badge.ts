import { CONTRACT_VERSION } from '../../../contract/index.js';
import { countsOf, type Verdict } from '../verdict.js';
import { escaped } from './markup.js';

const CHARACTER_WIDTH = 7;
const PADDING = 16;

/** Returns a picture that says whether the driver conforms, as SVG. */
export function badge({ results }: Pick<Verdict, 'results'>): string {
  const { conforms, broken } = countsOf(results);
  const left = `clinker contract ${CONTRACT_VERSION}`;
  const right = broken === 0 ? `${conforms} tests passed` : `${broken} of ${conforms + broken} tests failed`;
  const [first, second] = [left, right].map((text) => text.length * CHARACTER_WIDTH + PADDING) as [
    number,
    number,
  ];
  const colour = broken === 0 ? '#237a3b' : '#b3261e';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${first + second}" height="20" role="img" aria-label="${escaped(`${left}: ${right}`)}">`,
    `<rect width="${first}" height="20" fill="#444"/><rect x="${first}" width="${second}" height="20" fill="${colour}"/>`,
    '<g fill="#fff" font-family="Verdana,sans-serif" font-size="11" text-anchor="middle">',
    `<text x="${first / 2}" y="14">${escaped(left)}</text><text x="${first + second / 2}" y="14">${escaped(right)}</text></g></svg>`,
  ].join('');
}

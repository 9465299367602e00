import { causeInWords } from '../../contract-broken.js';
import { RULES, type Rule } from '../../rules.js';
import type { TestResult } from '../judge.js';
import {
  bySuite,
  countsByReason,
  inOneLine,
  isConforming,
  notRunInWords,
  reproducerOf,
  type Verdict,
} from '../verdict.js';
import { badge } from './badge.js';
import { escaped } from './markup.js';

const STYLE = `
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; background: #fff }
  h2 { margin-top: 2rem } table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: left; vertical-align: top }
  pre { background: #f3f3f3; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere }
  .conforms { color: #237a3b } .broken { color: #b3261e } .skipped { color: #5f5f5f } li { overflow-wrap: anywhere }
  @media (prefers-color-scheme: dark) {
    body { color: #eee; background: #161616 } pre { background: #262626 } a { color: #9ecbff }
    .conforms { color: #6fce8a } .broken { color: #ff9b94 } .skipped { color: #a8a8a8 }
  }`;

/** Nothing is loaded or run: the page is text, styles and a picture. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** Returns the verdict as one page that needs nothing else. */
export function htmlReport(verdict: Verdict): string {
  const title = `${verdict.name} ${inOneLine(verdict)}`;
  // A part of the tests says nothing of the rest.
  const picture = verdict.isPart || isConforming(verdict) === null ? '' : badge(verdict);
  const broken = verdict.results.filter(({ status }) => status === 'broken');
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(verdict.name)}</h1>${picture && `<p>${picture}</p>`}<p>${escaped(title)}.</p>`,
    ...notRunInWords(verdict.results).map((line) => `<p>${escaped(line)}.</p>`),
    head(verdict),
    ...(broken.length === 0 ? [] : ['<h2>Broken</h2>', ...broken.map((result) => failure(verdict, result))]),
    skips(verdict),
    '<h2>All tests</h2>',
    ...[...bySuite(verdict.results)].map(suite),
    contract(broken),
    ...(picture === '' ? [] : ['<h2>Badge</h2>', `<pre>${escaped(picture)}</pre>`]),
    '</body></html>',
    '',
  ].join('\n');
}

function head(verdict: Verdict): string {
  const rows = [
    ['Driver', verdict.driver],
    ['Package', verdict.package ?? 'none'],
    ['Contract', String(verdict.contract)],
    ['Capabilities', JSON.stringify(verdict.capabilities)],
    ['Began', verdict.startedAt.toISOString()],
    ['Took', `${(verdict.tookMs / 1000).toFixed(1)} s`],
  ];
  return `<table>${rows.map((cells) => row(cells)).join('')}</table>`;
}

function row([name = '', value = '']: readonly string[]): string {
  return `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`;
}

function failure(verdict: Verdict, result: TestResult): string {
  const violations = result.violations.map(
    ({ found, rule, cause }) =>
      `<pre>${escaped(found)}</pre><p>The contract: “${escaped(RULES[rule])}” (<a href="#${rule}">${rule}</a>)</p>` +
      causeInWords(cause)
        .map((line) => `<p>${escaped(line)}</p>`)
        .join(''),
  );
  return [
    `<h3 class="broken">${escaped(`${result.suite}: ${result.title}`)}</h3>`,
    ...violations,
    `<p>What was done (credentials are masked):</p><pre>${escaped(result.steps.join('\n'))}</pre>`,
    `<p>To run it alone:</p><pre>${escaped(reproducerOf(verdict, result))}</pre>`,
  ].join('\n');
}

function skips({ results }: Verdict): string {
  const reasons = [...countsByReason(results, 'skipped')];
  if (reasons.length === 0) return '';
  const rows = reasons.map(([reason, count]) => row([reason, String(count)]));
  return `<h2>Tests that do not apply</h2><table>${rows.join('')}</table>`;
}

function suite([title, results]: readonly [string, readonly TestResult[]]): string {
  const items = results.map(({ status, title: test, reason, tookMs }) => {
    const more = reason === null ? `${status}, ${tookMs} ms` : `${status}: ${reason}`;
    return `<li class="${status}">${escaped(test)} (${escaped(more)})</li>`;
  });
  return `<h3>${escaped(title)}</h3><ul>${items.join('')}</ul>`;
}

/** The sentences that failures link to. */
function contract(broken: readonly TestResult[]): string {
  const rules = new Set<Rule>(broken.flatMap(({ violations }) => violations.map(({ rule }) => rule)));
  if (rules.size === 0) return '';
  const sentences = [...rules].map((rule) => `<h3 id="${rule}">${rule}</h3><p>${escaped(RULES[rule])}</p>`);
  return `<h2>The contract</h2>${sentences.join('')}`;
}

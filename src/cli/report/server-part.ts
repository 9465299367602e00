import { performance } from 'node:perf_hooks';
import { askServer, faultOf, type ServerAccess, ServerUnreachable } from '../server/server-client.js';

/** Longest time for one answer, and for all pages of the consistency check. */
const ANSWER_MS = 10_000;
const CHECK_MS = 60_000;

const MOST_FINDINGS = 500;

/** Newest dead letters that a report has, beside their number. */
const DEAD_LETTERS = 20;

interface Page {
  readonly findings: readonly object[];
  readonly unchecked: readonly object[];
  readonly elsewhere?: readonly object[];
  readonly next_marker: string | null;
}

/** Describes the running server as it answers itself, or says why it does not. Changes nothing. */
export async function serverPart(access: ServerAccess): Promise<object> {
  const readiness = await answerOf(access, '/healthz/ready');
  if ('error' in readiness) return { url: access.url, ...readiness };
  const pools = await answerOf(access, '/v3/scheduler-stats/get_pools?detail=true');
  const services = await answerOf(access, '/v3/os-services');
  const deadLetters = await answerOf(access, `/v3/clinker-dead-letters?limit=${String(DEAD_LETTERS)}`);
  const consistency = await consistencyOf(access);
  return { url: access.url, readiness, pools, services, dead_letters: deadLetters, consistency };
}

/** The answer, or the reason why there is none. A fault is an answer for the readiness only. */
async function answerOf(access: ServerAccess, path: string): Promise<object> {
  try {
    const answer = await askServer(access, { path, limitMs: ANSWER_MS });
    return answer.status === 200 || 'ready' in answer.body ? answer.body : { error: faultOf(answer) };
  } catch (error) {
    if (error instanceof ServerUnreachable) return { error: error.message };
    throw error;
  }
}

async function consistencyOf(access: ServerAccess): Promise<object> {
  const until = performance.now() + CHECK_MS;
  const findings: object[] = [];
  const unchecked = new Set<string>();
  let marker: string | null = null;
  let elsewhere: readonly object[] = [];
  let ended = 'completely';
  do {
    const query: string = marker === null ? '' : `?marker=${marker}`;
    const page = await pageOf(access, query, Math.max(1, Math.ceil(until - performance.now())));
    if (typeof page === 'string') {
      ended = page;
      break;
    }
    findings.push(...page.findings);
    for (const one of page.unchecked) unchecked.add(JSON.stringify(one));
    elsewhere = page.elsewhere ?? [];
    marker = page.next_marker;
    if (findings.length > MOST_FINDINGS) {
      ended = `until ${String(MOST_FINDINGS)} findings`;
      break;
    }
  } while (marker !== null);
  return {
    checked: ended,
    findings: findings.slice(0, MOST_FINDINGS),
    unchecked: [...unchecked].map((text): unknown => JSON.parse(text)),
    elsewhere,
  };
}

/** A page, or the reason why there is none. */
async function pageOf(access: ServerAccess, query: string, limitMs: number): Promise<Page | string> {
  const answer = await answerWithin(access, `/v3/clinker-consistency${query}`, limitMs);
  if (typeof answer === 'string') return answer;
  const { consistency } = answer as { consistency?: Page };
  return consistency ?? 'not: the answer is not one of Clinker';
}

async function answerWithin(access: ServerAccess, path: string, limitMs: number): Promise<object | string> {
  try {
    const answer = await askServer(access, { path, limitMs });
    return answer.status === 200 ? answer.body : `not: ${faultOf(answer)}`;
  } catch (error) {
    if (error instanceof ServerUnreachable) return `not to the end: ${error.message}`;
    throw error;
  }
}

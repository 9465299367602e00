import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Unanswered } from './client.mjs';

const RETRY_MS = 250;
/** Longest time that a client repeats what it may repeat. */
const PATIENCE_MS = 90_000;

/**
 * A client that sends each request to any of the replicas, as a load balancer would: what reached none is sent to another
 * one, and what only reads is repeated. Judges every answer, and how long it took.
 */
export class FleetClient extends Client {
  #replicas;
  #random;
  #judge;

  /** @param judge gets each answer ({@link AnswerJudge}). */
  constructor(replicas, random, judge) {
    super('');
    this.#replicas = replicas;
    this.#random = random;
    this.#judge = judge;
  }

  async send(method, path, body) {
    for (const endAt = performance.now() + PATIENCE_MS; ; await sleep(RETRY_MS)) {
      try {
        return await this.#sendTo(this.#random.pick(this.#replicas), method, path, body);
      } catch (error) {
        const isHarmless = method === 'GET' || error.cause?.cause?.code === 'ECONNREFUSED';
        if (!(error instanceof Unanswered) || !isHarmless || performance.now() > endAt) throw error;
      }
    }
  }

  async #sendTo(replica, method, path, body) {
    this.base = replica.base;
    const startedAt = performance.now();
    const stoppedMs = replica.stoppedMs;
    const answer = await super.send(method, path, body).catch((error) => {
      this.#judge.unanswered(method, path, performance.now() - startedAt - (replica.stoppedMs - stoppedMs));
      throw error;
    });
    this.#judge.answered(
      method,
      path,
      answer,
      performance.now() - startedAt - (replica.stoppedMs - stoppedMs),
    );
    if (answer.status >= 500) throw new Unanswered(`${method} ${path}: ${answer.status}`);
    return answer;
  }
}

/** Judges answers, whichever client got them. */
export class AnswerJudge {
  findings = [];
  answers = 0;
  refusals = 0;
  longestMs = 0;
  /** Longest time that a request may take now. */
  limitMs = Infinity;

  answered(method, path, { status, headers, body }, ms) {
    this.#time(`${method} ${path}: ${status}`, ms);
    if (status === 503) this.refusals += 1;
    else this.answers += 1;
    if (status > 503 || [501, 502].includes(status)) this.findings.push(`${method} ${path}: ${status}`);
    if (status === 500) this.findings.push(`${method} ${path}: 500 ${JSON.stringify(body)}`);
    if (status === 503 && headers.get('Retry-After') === null)
      this.findings.push(`${method} ${path}: 503 without Retry-After: ${JSON.stringify(body)}`);
  }

  unanswered(method, path, ms) {
    this.#time(`${method} ${path}: no answer`, ms);
  }

  #time(what, ms) {
    this.longestMs = Math.max(this.longestMs, Math.round(ms));
    if (ms > this.limitMs)
      this.findings.push(`${what} after ${Math.round(ms)} ms; the limit is ${this.limitMs} ms`);
  }
}

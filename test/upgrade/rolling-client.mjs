import { Client, Unanswered } from '../chaos/lib/client.mjs';

/**
 * A client behind a load balancer: its requests go in turn to the servers of `rotation`, an array that the test changes. A
 * 500 is a fault; after any other failure the outcome is unknown. `counts` has what it met.
 */
export class RollingClient extends Client {
  #rotation;
  #counts;
  #next = 0;

  constructor(rotation, counts) {
    super('');
    this.#rotation = rotation;
    this.#counts = counts;
  }

  async send(method, path, ...rest) {
    this.#next += 1;
    this.base = this.#rotation[this.#next % this.#rotation.length];
    this.#counts.requests += 1;
    const answer = await super.send(method, path, ...rest);
    if (answer.status === 500) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    if (answer.status > 500) {
      this.#counts.unavailable += 1;
      throw new Unanswered(`${method} ${path}: ${answer.status}`);
    }
    return answer;
  }
}

import { inspect } from 'node:util';

/** Declares checks as a test runner does, and runs them one after the other. */
export class Checks {
  #path = [];
  #checks = [];
  #failed = 0;
  #passed = 0;
  #skipped = 0;

  describe = (title, body) => {
    this.#path.push(title);
    body();
    this.#path.pop();
  };

  it = Object.assign((title, body) => void this.#checks.push([[...this.#path, title].join(': '), body]), {
    skip: () => void (this.#skipped += 1),
  });

  async run() {
    for (const [title, body] of this.#checks) {
      const begin = performance.now();
      try {
        await body();
        this.#passed += 1;
        console.log(`ok      ${title} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
      } catch (error) {
        this.#failed += 1;
        console.log(`FAILED  ${title}\n${inspect(error).replace(/^/gm, '        ')}`);
      }
    }
    console.log(`${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} not applicable`);
    return this.#failed === 0;
  }
}

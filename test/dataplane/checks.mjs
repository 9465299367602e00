import { inspect } from 'node:util';

/** Thrown by a check that depends on a failed one. */
export class NotTried extends Error {}

/** Declares checks like a test runner, and runs them one at a time. */
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

  it = Object.assign((title, body) => void this.#checks.push([this.#titleOf(title), body]), {
    skip: (title) => {
      this.#skipped += 1;
      console.log(`skip    ${this.#titleOf(title)}`);
    },
  });

  #titleOf(title) {
    return [...this.#path, title].join(': ');
  }

  /** @param only runs only the checks whose titles contain this text. */
  async run(only = '') {
    for (const [title, body] of this.#checks.filter(([title]) => title.includes(only))) {
      const begin = performance.now();
      try {
        await body();
        this.#passed += 1;
        console.log(`ok      ${title} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
      } catch (error) {
        this.#failed += 1;
        if (error instanceof NotTried) console.log(`failed  ${title}: ${error.message}`);
        else console.log(`FAILED  ${title}\n${inspect(error).replace(/^/gm, '        ')}`);
      }
    }
    console.log(`${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`);
    return this.#failed === 0;
  }
}

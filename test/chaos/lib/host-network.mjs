/** A network and processes of its own, as another machine has; needs root. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ip = async (...args) => run('ip', args);

/** Addresses for tests of networks (RFC 2544); four for each link. */
const addressOf = (number, end) => `198.18.${200 + (process.pid % 50)}.${number * 4 + end}`;

export class HostNetwork {
  #name;
  #link;
  #number;
  #isMade = false;

  static get isPossible() {
    return process.getuid() === 0;
  }

  /** @param number distinguishes the networks of a run; less than 60. */
  constructor(number) {
    this.#number = number;
    this.#name = `clinker-${process.pid}-${number}`;
    this.#link = `clk${process.pid % 1_000_000}-${number}`;
  }

  /** Where this machine is reached from there. */
  get gateway() {
    return addressOf(this.#number, 1);
  }

  /** The command that runs a program there, as its first process: other machines cannot see whether it has ended. */
  get command() {
    const ownProcesses = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
    return ['ip', 'netns', 'exec', this.#name, ...ownProcesses];
  }

  async make() {
    await ip('netns', 'add', this.#name);
    this.#isMade = true;
    await ip('link', 'add', this.#link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.#name);
    await ip('address', 'add', `${this.gateway}/30`, 'dev', this.#link);
    await ip('link', 'set', this.#link, 'up');
    await ip('-n', this.#name, 'address', 'add', `${addressOf(this.#number, 2)}/30`, 'dev', 'eth0');
    for (const link of ['lo', 'eth0']) await ip('-n', this.#name, 'link', 'set', link, 'up');
  }

  /** Nothing gets through any more; what is sent meanwhile is sent again later. */
  async cut() {
    await ip('link', 'set', this.#link, 'down');
  }

  async mend() {
    await ip('link', 'set', this.#link, 'up');
  }

  async remove() {
    // The link goes with the namespace.
    if (this.#isMade) await ip('netns', 'delete', this.#name);
  }
}

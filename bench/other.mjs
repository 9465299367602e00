import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { headersOf } from './operations.mjs';
import { cpuSeconds, endedChildrenCpuSeconds, procFile } from './processes.mjs';

/** A running server with the same API, given by its URL, that is measured beside Clinker. */
export class OtherServer {
  #projects = new Map();

  /** @throws when the URL is not one of plain HTTP, or not on loopback and `anywhere` is not set. */
  constructor({ url, name, project, type, headers, pids, anywhere }) {
    const { protocol, hostname, port, pathname } = new URL(url);
    if (protocol !== 'http:') throw new Error('--beside needs an http: URL');
    if (!anywhere && !isLoopback(hostname))
      throw new Error(`${hostname} is not loopback: --beside-anywhere loads it nevertheless`);
    this.host = hostname.replace(/^\[|\]$/g, '');
    this.port = Number(port || 80);
    this.root = pathname.replace(/\/$/, '');
    this.name = name;
    this.project = project;
    this.type = type;
    this.headers = headers;
    this.pids = pids;
  }

  /** Returns where a project's requests go. Without a given project each has a random id, like one of Keystone. */
  target(name) {
    if (!this.#projects.has(name)) this.#projects.set(name, this.project ?? randomBytes(16).toString('hex'));
    const project = this.#projects.get(name);
    return {
      host: this.host,
      port: this.port,
      base: `${this.root}/${project}`,
      headers: { ...headersOf(project), ...this.headers },
    };
  }

  /** Returns the CPU seconds of its processes and their descendants so far, or null if they were not given. */
  cpuSeconds() {
    if (this.pids.length === 0) return null;
    return cpuOfFamilies(this.pids);
  }
}

/** Returns the CPU seconds of processes and their descendants so far; PostgreSQL ends a process with its connection. */
export function cpuOfFamilies(pids) {
  return withDescendants(pids).reduce(
    (sum, pid) => sum + (cpuSeconds(pid) ?? 0) + endedChildrenCpuSeconds(pid),
    0,
  );
}

function isLoopback(hostname) {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function withDescendants(pids) {
  const running = parents();
  const found = new Set(pids);
  // Reading a set includes what is added meanwhile: children, and then theirs.
  for (const pid of found) {
    for (const [child, parent] of running) if (parent === pid) found.add(child);
  }
  return [...found];
}

/** Returns the id and the parent's id of each process. */
function parents() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [Number(pid), Number(/^.*\) \S (\d+)/s.exec(procFile(pid, 'stat'))?.[1])]);
}

import { randomBytes, randomUUID } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The values behind `{name}` in paths, headers and bodies. Every scenario has projects of its own, so that
 * scenarios can run side by side and lists contain only what the scenario made.
 */
export class Variables {
  #values = new Map();

  constructor() {
    this.set('project', randomBytes(16).toString('hex'));
    this.set('foreign', randomBytes(16).toString('hex'));
    this.set('run', randomBytes(6).toString('hex'));
    this.set('unknown', randomUUID());
    // Random, but always sorted alike.
    for (const [index, name] of ['instance', 'instance2'].entries())
      this.set(name, `${index}${randomUUID().slice(1)}`);
  }

  /** A uuid is also known by the spellings that clients may use for it. */
  set(name, value) {
    const text = String(value);
    this.#values.set(name, text);
    if (!UUID.test(text)) return;
    this.#values.set(`${name}.hex`, text.replaceAll('-', ''));
    this.#values.set(`${name}.upper`, text.toUpperCase());
  }

  get(name) {
    return this.#values.get(name);
  }

  /** Replaces `{name}` in every string; a name that nobody set is left alone, it may be JSON text. */
  fill(template) {
    if (typeof template === 'string') {
      return template.replace(/\{([\w.]+)\}/g, (whole, name) => this.#values.get(name) ?? whole);
    }
    if (Array.isArray(template)) return template.map((item) => this.fill(item));
    if (template !== null && typeof template === 'object') {
      return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, this.fill(value)]));
    }
    return template;
  }

  /** The way back: known values become `{name}` again. */
  unfill(text) {
    let result = text;
    for (const [name, value] of this.#byLength()) result = result.replaceAll(value, `{${name}}`);
    return result;
  }

  /** Whether a piece of an answer mentions anything that belongs to this scenario. */
  mentionedIn(item) {
    const text = JSON.stringify(item);
    return [...this.#values.values()].some((value) => text.includes(value));
  }

  #byLength() {
    return [...this.#values].sort(([, a], [, b]) => b.length - a.length);
  }
}

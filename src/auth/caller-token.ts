/** The token that a request came with. It is told to nobody who does not ask for it: no log, no JSON, no error. */
export class CallerToken {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The token itself, to be sent on to another service of the cloud and nowhere else. */
  reveal(): string {
    return this.#text;
  }
}

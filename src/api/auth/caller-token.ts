/** The token of a request. It must be requested explicitly, so it never appears in logs, JSON or errors. */
export class CallerToken {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The plain token, only for forwarding to other services of the cloud. */
  reveal(): string {
    return this.#text;
  }
}

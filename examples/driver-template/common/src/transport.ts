/**
 * Sends one request to the storage, or runs one command, and returns the answer. Everything that the driver does goes
 * through it, so that tests can put a mock, an interruption or recorded exchanges in its place.
 */
export type Transport<Sent, Answer> = (sent: Sent, signal: AbortSignal) => Promise<Answer>;

import type { ServerResponse } from 'node:http';

/** A response before it is sent. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Inspects a response before it is sent, and returns the one to send. */
export type AnswerFilter = (answer: Answer) => Answer;

const filters = new WeakMap<ServerResponse, AnswerFilter>();

/** Registers the filter of a response. */
export function filterAnswer(response: ServerResponse, filter: AnswerFilter): void {
  filters.set(response, filter);
}

/** Applies the response's filter, if any. */
export function filtered(response: ServerResponse, answer: Answer): Answer {
  return filters.get(response)?.(answer) ?? answer;
}

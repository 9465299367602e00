import { z } from 'zod';

/** A whole number within bounds; in the environment, as text. */
export function integer(least: number, most: number) {
  const wanted = `must be a whole number from ${String(least)} to ${String(most)}`;
  const error = ({ input }: { readonly input?: unknown }): string =>
    typeof input === 'object' && input !== null ? wanted : `${wanted}, not ${JSON.stringify(input)}`;
  return z.preprocess(numberIn, z.int({ error }).min(least, { error }).max(most, { error }));
}

/** Returns the number that a text contains; anything else unchanged. */
export function numberIn(value: unknown): unknown {
  if (typeof value !== 'string' || value.trim() === '') return value;
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

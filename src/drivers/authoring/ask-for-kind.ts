import { createInterface } from 'node:readline/promises';
import { DEFAULT_KIND, findKind, type Kind, listOfKinds } from './kinds.js';

/** Asks for the kind of a new driver on a terminal; elsewhere it is the default one. */
export async function askForKind(): Promise<Kind | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return findKind(DEFAULT_KIND);
  const questions = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-D ends the interface without an answer.
  const closed = new Promise<string>((resolve) => questions.once('close', () => resolve('')));
  try {
    for (;;) {
      const question = `What is the storage?\n${listOfKinds()}\nkind (${DEFAULT_KIND}): `;
      const answer = await Promise.race([questions.question(question), closed]);
      const kind = findKind(answer.trim() || DEFAULT_KIND);
      if (kind !== undefined) return kind;
    }
  } finally {
    questions.close();
  }
}

import { FAULT_KINDS, FAULTY_CALLS, type FaultKind, type PlannedFault } from './fault-plan.js';

/** Reads `KIND [CALL]`. @returns the fault, or what is wrong. */
export function faultIn(words: readonly string[]): PlannedFault | { readonly problem: string } {
  const [kind = '', call, ...more] = words;
  if (!isKind(kind)) {
    return { problem: `"${kind}" is no fault; choose one of ${FAULT_KINDS.join(', ')}` };
  }
  if (call !== undefined && !FAULTY_CALLS.includes(call)) {
    return { problem: `"${call}" is no driver call; choose one of ${FAULTY_CALLS.join(', ')}` };
  }
  if (more.length > 0) return { problem: `unexpected: ${more.join(' ')}` };
  return { kind, call: call ?? null };
}

function isKind(word: string): word is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(word);
}

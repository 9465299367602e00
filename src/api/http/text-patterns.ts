/** Databases and drivers do not accept NUL. */
export const WITHOUT_NUL = '^[^\\u0000]*$';

/** Letters, marks, numbers, punctuation, symbols and spaces: no line breaks, invisible or unassigned characters. */
export const PRINTABLE = '^[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}]*$';

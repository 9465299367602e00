/** Longest text that a report repeats of a driver's, in characters. */
const LONGEST = 4_000;

/** Control characters, except line feeds, and the ones that change the direction of text: they could forge a report. */
const CONTROLS =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/** Returns a text of a driver as a report may show it: bounded, every control character visible. */
export function plainText(text: string, longest = LONGEST): string {
  // Node.js replaces halves of characters as it encodes.
  const shown = Buffer.from(text.slice(0, longest)).toString().replace(CONTROLS, visible);
  return text.length > longest ? `${shown}… (${text.length - longest} more characters)` : shown;
}

function visible(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

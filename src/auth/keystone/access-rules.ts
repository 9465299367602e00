/** One kind of request that an application credential permits; a token without rules permits them all. */
export interface AccessRule {
  /** Type of the service that the rule is about. */
  readonly service: string;
  readonly method: string;
  /** A path in which `*` and `{name}` stand for one segment, and `**` for anything. */
  readonly path: string;
}

/** What this service is called in catalogues, and so in rules. */
const OWN_TYPES: ReadonlySet<string> = new Set(['volumev3', 'block-storage']);

/** No path of this API is longer. */
const LONGEST_PATH = 1024;

/** Whether one of the rules permits a request to this service; the path is as the client sent it, without the query. */
export function isPermitted(rules: readonly AccessRule[], method: string, path: string): boolean {
  if (path.length > LONGEST_PATH) return false;
  return rules.some(
    (rule) => OWN_TYPES.has(rule.service) && rule.method === method && matches(stepsOf(rule.path), path),
  );
}

/** Takes one character, or any number of them if it repeats, or none if it may be left out. */
interface Step {
  readonly takes: (character: string) => boolean;
  readonly repeats: boolean;
  readonly mayBeEmpty: boolean;
}

const ANYTHING: Step = { takes: () => true, repeats: true, mayBeEmpty: true };
const SEGMENT: Step = { takes: (character) => character !== '/', repeats: true, mayBeEmpty: false };

function stepsOf(pattern: string): Step[] {
  return (pattern.match(/\*\*|\*|\{[^{}]*\}|[^]/g) ?? []).map((part) => {
    if (part === '**') return ANYTHING;
    if (part === '*' || part.length > 1) return SEGMENT;
    return { takes: (character) => character === part, repeats: false, mayBeEmpty: false };
  });
}

/**
 * Follows all ways of matching at once. A regular expression would try them one after another, and whoever makes a
 * credential chooses how many there are.
 */
function matches(steps: readonly Step[], text: string): boolean {
  let places = withEmptySteps(steps, [0]);
  for (const character of text) {
    const next: number[] = [];
    for (const place of places) {
      const step = steps[place];
      if (step?.takes(character) !== true) continue;
      next.push(place + 1);
      if (step.repeats) next.push(place);
    }
    places = withEmptySteps(steps, next);
  }
  return places.has(steps.length);
}

/** The places, and those behind steps that may be left out. */
function withEmptySteps(steps: readonly Step[], places: readonly number[]): Set<number> {
  const all = new Set(places);
  // A set's iteration reaches what is added on the way.
  for (const place of all) if (steps[place]?.mayBeEmpty === true) all.add(place + 1);
  return all;
}

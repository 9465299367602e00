/** A kind of request that an application credential permits; a token without rules permits all. */
export interface AccessRule {
  /** Type of the service that the rule applies to. */
  readonly service: string;
  readonly method: string;
  /** Path pattern: `*` and `{name}` match one segment, `**` matches anything. */
  readonly path: string;
}

/** Types of this service in catalogs, and so in rules. */
const OWN_TYPES: ReadonlySet<string> = new Set(['volumev3', 'block-storage']);

/** No path of this API is longer. */
const LONGEST_PATH = 1024;

/** Returns whether a rule permits a request to this service. `path` is as the client sent it, without the query. */
export function isPermitted(rules: readonly AccessRule[], method: string, path: string): boolean {
  if (path.length > LONGEST_PATH) return false;
  return rules.some(
    (rule) => OWN_TYPES.has(rule.service) && rule.method === method && matches(stepsOf(rule.path), path),
  );
}

/** Consumes one character, any number of them if `repeats`, or none if `mayBeEmpty`. */
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
 * Follows all possible matches in parallel. A regular expression would backtrack, and the credential's creator controls
 * how much.
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

/** Returns the positions plus those reachable by skipping optional steps. */
function withEmptySteps(steps: readonly Step[], places: readonly number[]): Set<number> {
  const all = new Set(places);
  // Iterating a set includes elements added during the iteration.
  for (const place of all) if (steps[place]?.mayBeEmpty === true) all.add(place + 1);
  return all;
}

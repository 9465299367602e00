import { type Check, POLICY } from '../auth/policy.js';
import type { RouteRule } from '../auth/policy.guard.js';
import type { OperationDoc } from './describes.js';

/** Versions in which an operation exists, as in the document. */
export interface DocumentedRange {
  readonly min: string;
  readonly max: string;
}

/** What an operation's description says besides its own text. */
export interface OperationFacts {
  readonly doc: OperationDoc;
  readonly range: DocumentedRange;
  readonly rule: RouteRule | undefined;
  /** Names of the properties that a later version added, by version. */
  readonly added: ReadonlyMap<string, readonly string[]>;
  /** Documentation of every operation, by id. */
  readonly docs: ReadonlyMap<string, OperationDoc>;
}

const WHO: Readonly<Record<Check, string>> = {
  anyone: 'every role',
  reader: 'readers and members of the project, and admins',
  member: 'members of the project, and admins',
  admin: 'admins',
};

/** Returns an operation's description: its own text, what to send first, its microversions and who may send it. */
export function operationText({ doc, range, rule, added, docs }: OperationFacts): string {
  return [
    doc.description,
    ...(doc.first === undefined ? [] : [firstText(doc.first, docs)]),
    `**Microversion:** ${versionText(range, added)}`,
    ...(rule === undefined ? [] : [`**Who may:** ${whoText(rule)}`]),
  ].join('\n\n');
}

function firstText(ids: readonly string[], docs: ReadonlyMap<string, OperationDoc>): string {
  const links = ids.map((id) => {
    const doc = docs.get(id);
    if (doc === undefined) throw new Error(`there is no operation ${id} to send first`);
    return `[${doc.summary}](#/${encodeURIComponent(doc.tag)}/${id})`;
  });
  return `**First:** ${links.join(', then ')}.`;
}

function versionText({ min, max }: DocumentedRange, added: OperationFacts['added']): string {
  const until = max.startsWith('before') ? `, ${max}` : '';
  const later = [...added]
    .filter(([version]) => minorOf(version) > minorOf(min))
    .sort(([one], [other]) => minorOf(one) - minorOf(other))
    .map(([version, names]) => `${version} adds ${names.map((name) => `\`${name}\``).join(', ')}`);
  return `${[`${min} or newer${until}`, ...later].join('; ')}.`;
}

const minorOf = (version: string): number => Number(version.split('.')[1]);

function whoText(rule: RouteRule): string {
  if (typeof rule === 'string') return `${WHO[POLICY[rule].check]} (\`${rule}\`).`;
  const byCheck = new Map<Check, string[]>();
  for (const [action, name] of Object.entries(rule)) {
    const { check } = POLICY[name];
    byCheck.set(check, [...(byCheck.get(check) ?? []), `\`${action}\` (\`${name}\`)`]);
  }
  return [...byCheck].map(([check, actions]) => `${WHO[check]}: ${actions.join(', ')}.`).join(' ');
}

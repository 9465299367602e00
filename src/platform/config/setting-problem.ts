import type { z } from 'zod';
import { didYouMean } from '../did-you-mean.js';
import { configSchema } from './config.schema.js';
import { BACKEND_KEYS } from './settings/backends.js';
import { WEBHOOK_KEYS } from './settings/events.js';
import type { Settings, Sources } from './sources.js';

/** Returns the mistakes that an issue of the schema means, each with its key and where it was set. */
export function problemsOf(
  issue: z.core.$ZodIssue,
  { file, fromFile, fromEnvironment }: Pick<Sources, 'file' | 'fromFile' | 'fromEnvironment'>,
): string[] {
  const given = { ...fromFile, ...fromEnvironment };
  const [key] = issue.path;
  const isOfEnvironment = key !== undefined && String(key) in fromEnvironment;
  const source = isOfEnvironment ? 'environment' : (file ?? 'environment');
  if (issue.code !== 'unrecognized_keys')
    return [`${issue.path.join('.') || 'settings'}: ${messageOf(issue, given)} (${source})`];
  const nested = key === 'webhooks' ? WEBHOOK_KEYS : BACKEND_KEYS;
  const known = key === undefined ? Object.keys(configSchema.shape) : nested;
  return issue.keys.map(
    (name) => `${[...issue.path, name].join('.')}: unknown setting${didYouMean(name, known)} (${source})`,
  );
}

/** The schema does not tell which value it did not expect. */
function messageOf(issue: z.core.$ZodIssue, given: Settings): string {
  if (issue.code !== 'invalid_value' || issue.path.length !== 1) return issue.message;
  return `must be one of ${issue.values.join(', ')}, not ${JSON.stringify(given[String(issue.path[0])])}`;
}

import type { z } from 'zod';
import { configSchema } from './config.schema.js';
import { environmentName } from './sources.js';

/** Renders the Markdown table of docs/configuration.md from the schema. */
export function configTable(): string {
  const rows = Object.entries<z.ZodType>(configSchema.shape).map(([key, field]) => {
    const fallback = defaultOf(field);
    return `| \`${key}\` | \`${environmentName(key)}\` | ${fallback} | ${(field.description ?? '').replaceAll('|', '\\|')} |`;
  });
  return ['| Key in the file | In the environment | Default | Meaning |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function defaultOf(field: z.ZodType): string {
  const parsed = field.safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? `\`${JSON.stringify(parsed.data)}\`` : '';
}

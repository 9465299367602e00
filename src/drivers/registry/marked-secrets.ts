import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../contract/index.js';

/** Replacement of a secret. */
const MASK = '***';

/** The place of a value in the options. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string | number;
}

/** What a driver's schema says of the secrets among options. */
export interface MarkedSecrets {
  /** The options, with `***` for each secret. */
  readonly masked: JsonObject;
  readonly secrets: readonly string[];
}

/** Finds the options that a driver's schema marks as secret: by `writeOnly: true`, or by `format: password`. */
export function markedSecrets(schema: JsonObject, options: JsonObject): MarkedSecrets {
  const text = JSON.stringify(schema);
  // Most drivers mark nothing, and compiling a schema takes longer than the rest of a driver's start.
  if (!text.includes('"writeOnly"') && !text.includes('"password"')) return { masked: options, secrets: [] };
  const places: Place[] = [];
  const note = (parent: unknown, key: string | number): boolean => {
    places.push({ holder: parent as Record<string, unknown>, key });
    return true;
  };
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  // Both are annotations to the validator, which finds them through references and alternatives.
  for (const [keyword, mark] of [
    ['writeOnly', true],
    ['format', 'password'],
  ] as const) {
    ajv.removeKeyword(keyword);
    ajv.addKeyword({
      keyword,
      validate: (
        value: unknown,
        _data: unknown,
        _schema: unknown,
        at?: { parentData: unknown; parentDataProperty: string | number },
      ) => value !== mark || at === undefined || note(at.parentData, at.parentDataProperty),
    });
  }
  const masked = structuredClone(options);
  void ajv.compile(schema)(masked);
  const secrets = places.flatMap(({ holder, key }) => textsIn(holder[key]));
  for (const { holder, key } of places) if (key in holder) holder[key] = MASK;
  return { masked, secrets };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

import recorded from './examples.json' with { type: 'json' };

/** Requests and answers of a real run, by the names that {@link OperationDoc.examples} use. */
export interface RecordedExamples {
  readonly requests: Readonly<Record<string, object>>;
  readonly responses: Readonly<Record<string, object>>;
  /** Ids by the name of the path parameter that they are examples for. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Written by `npm run docs:examples`; never by hand. */
export const EXAMPLES: RecordedExamples = recorded;

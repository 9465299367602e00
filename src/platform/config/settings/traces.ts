import { z } from 'zod';
import { httpUrl } from './http-url.js';
import { numberIn } from './integer.js';

/** Names of headers, and values that can be sent. */
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([\t\x20-\x7e]+)$/;

/** Headers as the variable OTEL_EXPORTER_OTLP_HEADERS has them: `name=value,name=value`, percent-encoded. */
const headers = z.string().transform((text, check) => {
  const found: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const [, name, value] = HEADER.exec(decoded(pair.trim())) ?? [];
    // The message must not quote what may be a secret.
    if (name === undefined || value === undefined) check.addIssue('must be name=value, separated by commas');
    else found[name] = value.trim();
  }
  return found;
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

const SHARE = { error: 'must be a number from 0 to 1' };

/** Traces, and the collector that gets them. */
export const traces = {
  otlp_endpoint: httpUrl
    .optional()
    .describe(
      'Base URL of an OpenTelemetry collector, for example `http://127.0.0.1:4318`: traces are sent to `/v1/traces` below it, in JSON ([traces](operations/traces.md)). Default: no traces.',
    ),
  otlp_headers: headers
    .optional()
    .describe(
      'Headers for the collector, such as its credentials: `name=value`, separated by commas, percent-encoded. Kept secret.',
    ),
  trace_ratio: z
    .preprocess(numberIn, z.number(SHARE).min(0, SHARE).max(1, SHARE))
    .optional()
    .describe(
      'Share of the requests that are traced, from 0 to 1; a request whose `traceparent` decides it follows that. Default: all, or as OTEL_TRACES_SAMPLER says.',
    ),
};

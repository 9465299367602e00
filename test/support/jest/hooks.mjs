/**
 * Hooks of Node's module loader (see runtime.cjs): they compile TypeScript, and give the imports of a suite the suite's
 * query (`?suite=7`), so that Node evaluates the modules in test/ once per suite.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const GLOBALS = new URL('globals.mjs', import.meta.url).href;
const TEST_FOLDER = new URL('../../', import.meta.url).href;
const HAS_QUERY = /\.(ts|mjs)$/;

/** As tsconfig.json says, without looking at types, which `npm run check` does. */
const COMPILER_OPTIONS = {
  swcrc: false,
  sourceMaps: 'inline',
  inlineSourcesContent: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2023',
    experimental: { keepImportAttributes: true },
  },
  module: { type: 'es6' },
};

/** Compiled code by path. */
const compiled = new Map();

export function resolve(specifier, context, nextResolve) {
  const [importer, query] = (context.parentURL ?? '').split('?');
  if (!importer.endsWith('.ts') && query === undefined) return nextResolve(specifier, context);
  if (specifier === '@jest/globals') return { url: GLOBALS, format: 'module', shortCircuit: true };
  if (!specifier.startsWith('.')) return nextResolve(specifier, context);
  const named = new URL(specifier, importer);
  const source = new URL(named.href.replace(/\.js$/, '.ts'));
  const { href } = existsSync(source) ? source : named;
  const isOfSuite = query !== undefined && href.startsWith(TEST_FOLDER) && HAS_QUERY.test(href);
  return nextResolve(isOfSuite ? `${href}?${query}` : href, context);
}

export function load(url, context, nextLoad) {
  const [file] = url.split('?');
  if (!file.startsWith('file:') || !file.endsWith('.ts')) return nextLoad(url, context);
  return { format: 'module', source: compile(fileURLToPath(file)), shortCircuit: true };
}

function compile(path) {
  if (!compiled.has(path)) {
    const { code } = transformSync(readFileSync(path, 'utf8'), { ...COMPILER_OPTIONS, filename: path });
    compiled.set(path, code);
  }
  return compiled.get(path);
}

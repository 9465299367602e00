import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { PACKAGE_FOLDER } from '../../platform/package-folder.js';

const DOCUMENT = join(PACKAGE_FOLDER, 'openapi.json');
/** The page and Swagger UI's own files, copied there by the build. */
const PAGE_FOLDER = join(PACKAGE_FOLDER, 'dist/api/openapi/page');

/** Serves the document at /openapi.json and Swagger UI at /docs. Both are built beforehand, not at start. */
export function serveDocs(app: INestApplication): void {
  app.use('/openapi.json', exactly(textOf(DOCUMENT, minified), 'application/json'));
  app.use('/docs', pageHeaders, page());
  app.use('/docs', express.static(PAGE_FOLDER, { index: false, redirect: false, etag: true }));
}

/** Serves the page with file links relative to its own address. */
function page(): RequestHandler {
  const html = textOf(join(PAGE_FOLDER, 'index.html'), (text) => text);
  return (request, response, next) => {
    if (request.method !== 'GET' || !['/', '/index.html'].includes(request.path)) {
      next();
      return;
    }
    const isFolder = request.originalUrl.split('?', 1)[0] !== '/docs';
    html().then(
      (text) => response.type('text/html').send(isFolder ? text.replaceAll('"./docs/', '"./') : text),
      next,
    );
  };
}

function exactly(read: () => Promise<string>, type: string): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'GET' || request.path !== '/') {
      next();
      return;
    }
    read().then((text) => response.type(type).send(text), next);
  };
}

/** Reads a file on first use, once. */
function textOf(file: string, change: (text: string) => string): () => Promise<string> {
  let text: Promise<string> | undefined;
  return () => (text ??= readFile(file, 'utf8').then(change));
}

const minified = (text: string): string => JSON.stringify(JSON.parse(text));

/** The page loads scripts and data only from this server, and other sites cannot embed it in frames. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI's page and components use inline styles.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function pageHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', PAGE_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  next();
}

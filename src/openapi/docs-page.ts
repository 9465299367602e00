import type { INestApplication } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { createDocument } from './document.js';
import { EXAMPLES } from './examples.js';

/** What the page's script uses of Swagger UI's requests and answers. */
interface PageRequest {
  url: string;
  body?: string;
}
interface PageResponse {
  readonly status: number;
  readonly text?: string;
}

/** Serves the document at /openapi.json and Swagger UI at /docs, ready to try. */
export function serveDocs(app: INestApplication): void {
  app.use('/docs', pageHeaders);
  let document: OpenAPIObject | undefined;
  // Made when somebody asks for it: a start is not to wait for it.
  const getDocument = (): OpenAPIObject => (document ??= createDocument(app));
  SwaggerModule.setup('docs', app, getDocument, {
    customSiteTitle: 'Clinker API',
    jsonDocumentUrl: 'openapi.json',
    // YAML would be made anew for each request, which anyone may send.
    raw: ['json'],
    swaggerOptions: {
      displayRequestDuration: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: -1,
      tryItOutEnabled: true,
      requestInterceptor: withLastIds,
      responseInterceptor: rememberIds,
      clinkerExampleIds: EXAMPLES.ids,
      onComplete: presetToken,
    },
  });
}

/** The page takes scripts and data from this server alone, and does not stand in the frames of others. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI's page and components bring styles of their own.
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

/* The functions below run in the browser: they are sent as text and can use nothing from outside themselves. */

interface Page {
  ui: {
    preauthorizeApiKey(scheme: string, value: string): void;
    getConfigs(): { clinkerExampleIds: Record<string, string> };
  };
  localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
}

function presetToken(): void {
  (globalThis as unknown as Page).ui.preauthorizeApiKey('token', 'admin:admin');
}

/** Puts the ids that were created last in the place of the examples' ids. */
function withLastIds(request: PageRequest): PageRequest {
  const page = globalThis as unknown as Page;
  for (const [name, exampleId] of Object.entries(page.ui.getConfigs().clinkerExampleIds)) {
    const id = page.localStorage.getItem(`clinker.${name}`);
    if (id === null || exampleId === '') continue;
    request.url = request.url.replaceAll(exampleId, id);
    if (typeof request.body === 'string') request.body = request.body.replaceAll(exampleId, id);
  }
  return request;
}

function rememberIds(response: PageResponse): PageResponse {
  try {
    const body = JSON.parse(response.text ?? '') as Record<string, { id?: string } | undefined>;
    for (const kind of ['volume', 'attachment', 'volume_type']) {
      const id = body[kind]?.id;
      if (id !== undefined && response.status < 300) {
        (globalThis as unknown as Page).localStorage.setItem(`clinker.${kind}_id`, id);
      }
    }
  } catch {
    // An answer without JSON names no id.
  }
  return response;
}

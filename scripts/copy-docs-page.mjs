/** Copies the page at /docs, and beside it the files of Swagger UI: the server runs without that package. Part of `npm run build`. */
import { copyFileSync, cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = 'api/openapi/page';
const root = fileURLToPath(new URL('..', import.meta.url));
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const to = join(root, 'dist', PAGE);

const FILES = [
  ...['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js'],
  ...['favicon-16x16.png', 'favicon-32x32.png'],
  // Required when redistributing the files.
  ...['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui-standalone-preset.js.LICENSE.txt'],
];

cpSync(join(root, 'src', PAGE), to, { recursive: true });
for (const file of FILES) copyFileSync(join(swagger, file), join(to, file));

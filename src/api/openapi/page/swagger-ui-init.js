/** Runs in the browser: shows the document in Swagger UI, ready to try. */
import { nameFields, plainPathsPlugin } from './accessible.js';
import { foldedFaultsPlugin } from './folded-faults.js';
import { KnownIds, knownIdsPlugin } from './known-ids.js';
import { chosenVersion, documentOf, offerVersions } from './microversion.js';

const DOCUMENT = new URL('../openapi.json', import.meta.url);

/** In the order of an attachment's life: what deletes comes last. Otherwise in the order of the document. */
function deletesLast(one, other) {
  const isDelete = (operation) => (operation.get('method') === 'delete' ? 1 : 0);
  return isDelete(one) - isDelete(other);
}

/** Opens an operation that a description links to in this tab; Swagger UI opens another one. */
function followLinks(ui) {
  document.addEventListener('click', (event) => {
    const hash = event.target.closest('.markdown a, .renderedMarkdown a')?.getAttribute('href');
    if (!hash?.startsWith('#/')) return;
    event.preventDefault();
    location.hash = hash;
    ui.getSystem().layoutActions.parseDeepLinkHash(hash);
  });
}

async function show() {
  const spec = await (await fetch(DOCUMENT)).json();
  const version = chosenVersion(spec, location.href);
  offerVersions(spec, version, document.getElementById('microversion'));
  const ids = new KnownIds(spec);
  const ui = SwaggerUIBundle({
    spec: documentOf(spec, version),
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [knownIdsPlugin, foldedFaultsPlugin, plainPathsPlugin],
    layout: 'StandaloneLayout',
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    operationsSorter: deletesLast,
    tryItOutEnabled: true,
    responseInterceptor: (response) => {
      ids.learn(ui, response);
      return response;
    },
    onComplete: () => {
      ui.preauthorizeApiKey('token', 'admin:admin');
      ids.restore(ui);
    },
  });
  followLinks(ui);
  nameFields(document.getElementById('swagger-ui'));
}

void show();

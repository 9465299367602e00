/** Runs in the browser: shows the document in Swagger UI, ready to try. */
const DOCUMENT = new URL('../openapi.json', document.currentScript.src);
/** Returns the id created last for a path parameter. */
const stored = (name) => localStorage.getItem(`clinker.${name}`);

/** Returns the document's example ids by path parameter. */
function exampleIds({ paths }) {
  const parameters = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap((operation) => operation.parameters ?? []);
  return Object.fromEntries(
    parameters
      .filter((parameter) => parameter.in === 'path' && parameter.example !== undefined)
      .map(({ name, example }) => [name, example]),
  );
}

/** Replaces example ids with the ids created last. */
function withLastIds(request, examples) {
  for (const [name, example] of Object.entries(examples)) {
    const id = stored(name);
    if (id === null || example === '') continue;
    request.url = request.url.replaceAll(example, id);
    if (typeof request.body === 'string') request.body = request.body.replaceAll(example, id);
  }
  return request;
}

function rememberIds(response) {
  try {
    const body = JSON.parse(response.text ?? '');
    for (const kind of ['volume', 'attachment', 'volume_type']) {
      const id = body[kind]?.id;
      if (id !== undefined && response.status < 300) localStorage.setItem(`clinker.${kind}_id`, id);
    }
  } catch {
    // A response without JSON has no id.
  }
  return response;
}

async function show() {
  const spec = await (await fetch(DOCUMENT)).json();
  const examples = exampleIds(spec);
  const ui = SwaggerUIBundle({
    spec,
    dom_id: '#swagger-ui',
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: 'StandaloneLayout',
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: -1,
    tryItOutEnabled: true,
    requestInterceptor: (request) => withLastIds(request, examples),
    responseInterceptor: rememberIds,
    onComplete: () => ui.preauthorizeApiKey('token', 'admin:admin'),
  });
}

void show();

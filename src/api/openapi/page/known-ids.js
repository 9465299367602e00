/** Keeps the ids that the page shows and sends the same as those that the server answered last. */

/** Path parameters by the key of a resource in responses. */
const PARAMETERS = {
  volume: 'volume_id',
  attachment: 'attachment_id',
  volume_type: 'type_id',
  message: 'message_id',
};

/** Lists whose first row is worth knowing: the newest. */
const LISTS = { volumes: 'volume_id', attachments: 'attachment_id', messages: 'message_id' };

const LEARNED = 'clinker_learned_id';

const keyOf = (name) => `clinker.${name}`;

/** Returns the example id of each path parameter that stands for a resource. */
function exampleIds({ paths }) {
  const parameters = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap((operation) => operation.parameters ?? []);
  const names = new Set(Object.values(PARAMETERS));
  return Object.fromEntries(
    parameters
      .filter((one) => one.in === 'path' && names.has(one.name))
      .map(({ name, example }) => [name, example]),
  );
}

/** Replaces every id in `from`, wherever it is in a tree of texts. */
function replaced(node, from, to) {
  if (typeof node === 'string') return from.reduce((text, id) => text.replaceAll(id, to), node);
  return typeof node?.map === 'function' ? node.map((child) => replaced(child, from, to)) : node;
}

/** Sets a path parameter of all operations, except where a user typed another value. */
function fillParameter(spec, [path, method], { name, from, to }) {
  const parameters = ['meta', 'paths', path, method, 'parameters'];
  const own = `path.${name}`;
  const used = spec.getIn(parameters)?.keySeq().toArray() ?? [];
  for (const key of new Set([own, ...used.filter((one) => one.startsWith(`${own}.`))])) {
    const value = spec.getIn([...parameters, key, 'value']);
    if (value === undefined || from.includes(value)) spec.setIn([...parameters, key, 'value'], to);
  }
}

/** Fills in an id in the parameters and examples of all requests. */
function fillSpec(spec, { name, from, to }) {
  return spec.withMutations((next) => {
    for (const [path, methods] of spec.getIn(['json', 'paths'])) {
      for (const method of methods.keys()) {
        if (path.includes(`{${name}}`)) fillParameter(next, [path, method], { name, from, to });
        for (const root of ['json', 'resolvedSubtrees']) {
          const body = [
            root,
            'paths',
            path,
            method,
            'requestBody',
            'content',
            'application/json',
            'examples',
          ];
          if (next.hasIn(body)) next.updateIn(body, (examples) => replaced(examples, from, to));
        }
      }
    }
  });
}

/** Fills in an id in the bodies that are about to be sent. */
function fillBodies(state, { from, to }) {
  if (!state.has('requestData')) return state;
  return state.update('requestData', (paths) =>
    paths.map((methods) =>
      methods.map((data) =>
        data.has('bodyValue') ? data.update('bodyValue', (body) => replaced(body, from, to)) : data,
      ),
    ),
  );
}

/** The plugin of Swagger UI: its action fills in an id everywhere at once. */
export function knownIdsPlugin() {
  const action = (payload) => ({ type: LEARNED, payload });
  return {
    statePlugins: {
      spec: {
        actions: { learnedId: action },
        reducers: { [LEARNED]: (state, { payload }) => fillSpec(state, payload) },
      },
      oas3: { reducers: { [LEARNED]: (state, { payload }) => fillBodies(state, payload) } },
    },
  };
}

/** Returns the ids in a response, by path parameter. */
function idsIn(body) {
  const single = Object.entries(PARAMETERS).map(([key, name]) => [name, body[key]?.id]);
  const listed = Object.entries(LISTS).map(([key, name]) => [name, body[key]?.[0]?.id]);
  return [...single, ...listed].filter(([, id]) => typeof id === 'string');
}

/** Learns ids from responses, and remembers them as long as the tab is open. */
export class KnownIds {
  /** Every id that the page filled in for a parameter. */
  filled;

  constructor(spec) {
    this.filled = Object.fromEntries(Object.entries(exampleIds(spec)).map(([name, id]) => [name, [id]]));
  }

  /** Fills in what is remembered. */
  restore(ui) {
    for (const name of Object.keys(this.filled)) {
      const id = sessionStorage.getItem(keyOf(name));
      if (id !== null) this.fill(ui, name, id);
    }
  }

  /** Fills in the ids of a successful response. */
  learn(ui, response) {
    // The default type is in use, and the server's own: not one to change or delete.
    if (response.status >= 300 || response.url.endsWith('/types/default')) return;
    let body;
    try {
      body = JSON.parse(response.text ?? '');
    } catch {
      return; // A response without JSON has no id.
    }
    for (const [name, id] of idsIn(body)) {
      sessionStorage.setItem(keyOf(name), id);
      this.fill(ui, name, id);
    }
  }

  fill(ui, name, to) {
    const from = (this.filled[name] ?? []).filter((id) => id !== to);
    this.filled[name] = [...from, to];
    ui.getSystem().specActions.learnedId({ name, from, to });
  }
}

/** What keyboards and screen readers need and Swagger UI lacks: names of its fields, and no links within buttons. */

const NAMES = {
  '#servers': 'Server',
  '.examples-select-element': 'Example',
  '.body-param__text': 'Request body',
  '.microlight': 'Example or response',
};

/** The plugin of Swagger UI that shows an operation's path, which is within a button, as text instead of as a link. */
export function plainPathsPlugin() {
  return {
    wrapComponents: {
      DeepLink:
        (_link, { React }) =>
        ({ text }) =>
          React.createElement('span', null, text),
    },
  };
}

/** Names the fields of the page, also of operations that are opened later. */
export function nameFields(page) {
  const nameAll = () => {
    for (const [selector, name] of Object.entries(NAMES))
      for (const field of page.querySelectorAll(`${selector}:not([aria-label])`)) nameField(field, name);
    for (const list of page.querySelectorAll('[data-param-name] select:not([aria-label])'))
      list.setAttribute('aria-label', list.closest('[data-param-name]').dataset.paramName);
  };
  new MutationObserver(nameAll).observe(page, { childList: true, subtree: true });
  nameAll();
}

function nameField(field, name) {
  field.setAttribute('aria-label', name);
  if (!field.matches('.microlight')) return;
  // Its lines may be longer than it is wide: arrow keys scroll what has the focus.
  field.setAttribute('role', 'region');
  field.tabIndex = 0;
}

/** The plugin of Swagger UI that folds an operation's faults: one line each, until it is opened. */
export function foldedFaultsPlugin() {
  return { wrapComponents: { response: folded } };
}

function folded(Response, { React }) {
  const element = React.createElement;
  return function FoldedResponse(props) {
    const [isOpen, setOpen] = React.useState(false);
    const { code, response } = props;
    if (Number(code) < 400) return element(Response, props);
    const button = element(
      'button',
      {
        type: 'button',
        className: 'fold',
        'aria-expanded': isOpen,
        onClick: () => {
          setOpen(!isOpen);
        },
      },
      `${isOpen ? '▾' : '▸'} ${response.get('description') ?? ''}`,
    );
    const line = element(
      'tr',
      { className: 'response' },
      element('td', { className: 'response-col_status' }, code),
      element('td', { className: 'response-col_description', colSpan: 2 }, button),
    );
    return element(React.Fragment, null, line, isOpen ? element(Response, props) : null);
  };
}

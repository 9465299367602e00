const { options } = require('./.dependency-cruiser.cjs');

/**
 * The rule about whole folders. It cannot leave files out, so the tests are left out of what it looks at: they may use
 * whatever they need.
 */
module.exports = {
  forbidden: [
    {
      name: 'no-folder-cycles',
      comment: 'Folders that need each other are one, or hide a third one: move what they share into it.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: { ...options, exclude: { path: '\\.spec\\.ts$' } },
};

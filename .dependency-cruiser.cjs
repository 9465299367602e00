/** docs/architecture.md as rules. Each comment says what to do instead. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one concept, or hide a third one: move what they share into it.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-stands-alone',
      comment:
        'The driver contract is published: authors must be able to read and use it without the server.',
      severity: 'error',
      from: { path: '^src/drivers/contract' },
      to: { pathNot: '^src/drivers/contract' },
    },
    {
      name: 'kit-knows-the-contract-only',
      comment: 'The conformance kit runs in strangers’ test suites: it may use the contract and Node.js.',
      severity: 'error',
      from: { path: '^src/drivers/conformance', pathNot: '\\.spec\\.ts$|/testing/' },
      to: { pathNot: '^src/drivers/(conformance|contract)', dependencyTypesNot: ['core'] },
    },
    {
      name: 'drivers-know-no-feature',
      comment: 'What a driver needs of the server it is given as an argument: extend the contract.',
      severity: 'error',
      from: { path: '^src/drivers' },
      to: {
        path: '^src/(attachments|volumes|volume-types|volume-actions|snapshots|deployment|compute|operations|database|auth|http|microversion|openapi)',
      },
    },
    {
      name: 'features-meet-at-their-index',
      comment:
        'Import another feature from its index.ts, and export there what is meant for others. (Entities are listed for the schema in database/data-source.ts.)',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/database/data-source' },
      to: {
        path: '^src/(attachments|volumes|volume-types|volume-actions|snapshots|quotas|compute|deployment|pools)/',
        pathNot: ['^src/$1/', '/index\\.ts$'],
      },
    },
    {
      name: 'typeorm-in-repositories',
      comment: 'Give the repository a method that says what you want; services hold no queries.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/database/|\\.(entity|repository)\\.ts$|operation-journal\\.ts$' },
      to: { path: 'node_modules/typeorm' },
    },
    {
      name: 'operations-know-no-feature',
      comment: 'A feature registers a handler with OperationRecovery; the journal must not know who uses it.',
      severity: 'error',
      from: { path: '^src/operations' },
      to: { path: '^src/(attachments|volumes|volume-types|volume-actions|snapshots|deployment)' },
    },
    {
      name: 'common-is-a-leaf',
      comment: 'What needs a feature, the edge or the database is not common.',
      severity: 'error',
      from: { path: '^src/common' },
      to: { path: '^src/(?!common|config/config\\.schema)' },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'Users install the product without them.',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.spec\\.ts$|/testing/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing uses this file: use it or remove it.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: '\\.(d\\.ts|json)$|^src/(main|cli/main)\\.ts$|/index\\.ts$|\\.spec\\.ts$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

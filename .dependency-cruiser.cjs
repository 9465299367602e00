/**
 * docs/architecture.md as rules; the one about whole folders is in .dependency-cruiser.folders.cjs. Each comment says
 * what to do instead.
 */

/** The layers, each with those that it may use: the ones to its right in the picture. */
const PLATFORM = [];
const DRIVERS = ['platform'];
const MICROVERSION = ['platform'];
const OPERATIONS = ['drivers', 'platform'];
const NODES = ['operations', ...OPERATIONS];
const API = ['microversion', 'platform'];
const VOLUMES = ['api', 'operations', 'microversion', 'drivers', 'platform'];
const ATTACHMENTS = ['volumes', ...VOLUMES];
const FEATURES_ABOVE = ['attachments', ...ATTACHMENTS];
const APP = ['volume-actions', 'operator', 'nodes', ...FEATURES_ABOVE];
const LAYERS = {
  cli: ['app', ...APP],
  app: APP,
  'volume-actions': FEATURES_ABOVE,
  operator: FEATURES_ABOVE,
  attachments: ATTACHMENTS,
  volumes: VOLUMES,
  api: API,
  nodes: NODES,
  operations: OPERATIONS,
  microversion: MICROVERSION,
  drivers: DRIVERS,
  platform: PLATFORM,
};

/** Folders with a face for others: their index.ts. The list of entities is for the data source. */
const FEATURES =
  '^src/(attachments|volume-actions|volumes/(types|messages|quotas|scheduling|snapshots)|volumes|operator/(consistency|deployment|events|fencing|metrics|pools|readiness|stranded)|api/(compute|absent))/';

module.exports = {
  forbidden: [
    ...Object.entries(LAYERS).map(([layer, below]) => ({
      name: `${layer}-uses-what-is-below`,
      comment: 'Move what both need into the lower layer, or let the lower one be told: give it a hook.',
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: '^src/', pathNot: `^src/(${[layer, ...below].join('|')})/` },
    })),
    {
      name: 'src-is-layers',
      comment: 'A file outside the layers is under no rule: give it a place.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(main\\.ts$|(${Object.keys(LAYERS).join('|')})/)` },
      to: {},
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one concept, or hide a third one: move what they share into it.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'parts-do-not-need-the-whole',
      comment:
        'A feature’s own files put its folders together: what a folder needs belongs into a folder beside it.',
      severity: 'error',
      from: { path: '^src/([^/]+)/[^/]+/', pathNot: '^src/platform/|\\.spec\\.ts$' },
      to: { path: '^src/$1/[^/]+$' },
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
      comment:
        'The conformance kit runs in strangers’ test suites: it may use the contract, the checks of results, the patterns of secrets and Node.js.',
      severity: 'error',
      from: { path: '^src/drivers/conformance', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: '^src/drivers/(conformance|contract|results)/|^src/platform/logging/redact\\.ts$',
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'results-know-the-contract-only',
      comment: 'The checks of what drivers return are published with the conformance kit.',
      severity: 'error',
      from: { path: '^src/drivers/results', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^src/drivers/(results|contract)/' },
    },
    {
      name: 'redact-stands-alone',
      comment: 'The patterns of secrets are published with the conformance kit.',
      severity: 'error',
      from: { path: '^src/platform/logging/redact\\.ts$' },
      to: {},
    },
    {
      name: 'features-meet-at-their-index',
      comment: 'Import another feature from its index.ts, and export there what is meant for others.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '^src/app/entities\\.ts$|^src/cli/' },
      to: {
        path: FEATURES,
        pathNot: ['^src/$1/', '/index\\.ts$'],
      },
    },
    {
      name: 'parts-of-volumes-meet-at-their-index',
      comment: 'Types, messages, quotas, scheduling and snapshots are features of their own beside volumes.',
      severity: 'error',
      from: { path: '^src/volumes/([^/]+)/' },
      to: {
        path: '^src/volumes/(types|messages|quotas|scheduling|snapshots)/',
        pathNot: ['^src/volumes/$1/', '/index\\.ts$'],
      },
    },
    {
      name: 'parts-of-operator-meet-at-their-index',
      comment: 'Import another part from its index.ts, and export there what is meant for others.',
      severity: 'error',
      from: { path: '^src/operator/([^/]+)/' },
      to: { path: '^src/operator/', pathNot: ['^src/operator/$1/', '/index\\.ts$'] },
    },
    {
      name: 'typeorm-in-repositories',
      comment: 'Give the repository a method that says what you want; services hold no queries.',
      severity: 'error',
      from: {
        path: '^src',
        pathNot: '^src/platform/database/|\\.(entity|repository)\\.ts$|operation-journal\\.ts$',
      },
      to: { path: 'node_modules/typeorm' },
    },
    {
      name: 'authoring-stands-alone',
      comment:
        'The command for authors of drivers is published without the server: it may use the kit and Node.js.',
      severity: 'error',
      from: { path: '^src/drivers/authoring', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^src/drivers/(authoring|conformance)', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-tools-in-the-product',
      comment:
        'Users install the product without the tools of its build, tests and checks. What it uses is in the manifest at the top: bundled, or a dependency.',
      severity: 'error',
      from: {
        path: '^src',
        pathNot: '\\.spec\\.ts$|^src/api/openapi/(document|route-decorators)\\.ts$',
      },
      to: {
        path: 'node_modules/(@nestjs/(swagger|testing)|esbuild|swagger-ui-dist|typescript)/',
      },
    },
    {
      name: 'no-undeclared-packages',
      comment:
        'A package that only others or the tests need may be gone tomorrow: add it to the manifest at the top.',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'document-is-made-before',
      comment: 'The API document is made by npm run docs:openapi: its makers are not part of the product.',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.spec\\.ts$|^src/api/openapi/(document|route-decorators)\\.ts$' },
      to: { path: '^src/api/openapi/(document|route-decorators)\\.ts$' },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing uses this file: use it or remove it.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot:
          '\\.(d\\.ts|json)$|^src/(main|(cli|drivers/authoring)/main)\\.ts$|^src/api/openapi/(document\\.ts|page/)|/index\\.ts$|\\.spec\\.ts$',
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

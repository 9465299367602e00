/**
 * What authors of drivers depend on, read from the sources by the TypeScript compiler: the API report, which is committed so
 * that no change of the contract goes unnoticed, and the reference, made of the contract's TSDoc.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What may be imported, and from which file of the sources. */
const ENTRIES = [
  ['clinker-driver', 'src/drivers/contract/index.ts'],
  ['clinker-driver/testing', 'src/drivers/conformance/index.ts'],
];

/** @returns the texts of both files, not formatted yet. */
export function driverContract() {
  const files = ENTRIES.map(([, file]) => join(root, file));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(files, {
    ...options,
    declaration: true,
    emitDeclarationOnly: true,
    removeComments: true,
    sourceMap: false,
  });
  const declared = declarationsOf(program);
  const entries = ENTRIES.map(([name], index) => ({
    name,
    symbols: exportsOf(program, files[index]).map((symbol) => ({
      symbol,
      declarations: declared.get(symbol.name) ?? [],
    })),
  }));
  return { report: report(entries), reference: reference(entries, program.getTypeChecker()) };
}

/** The declarations of every name as the compiler emits them, without comments and bodies. */
function declarationsOf(program) {
  const declared = new Map();
  program.emit(
    undefined,
    (file, text) => {
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      for (const statement of source.statements) {
        for (const name of namesIn(statement)) {
          declared.set(name, [...(declared.get(name) ?? []), statement.getText(source)]);
        }
      }
    },
    undefined,
    true,
  );
  return declared;
}

function namesIn(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  return statement.name === undefined ? [] : [statement.name.getText()];
}

/** What a module exports, in the order of its file. */
function exportsOf(program, file) {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

const code = (declarations) =>
  ['```ts', ...declarations.map((text) => text.replace(/^export (declare )?/, '')), '```'].join('\n');

function report(entries) {
  const parts = entries.map(({ name, symbols }) => {
    const sorted = [...symbols].sort((a, b) => (a.symbol.name < b.symbol.name ? -1 : 1));
    return [`## ${name}`, ...sorted.map(({ declarations }) => code(declarations))].join('\n\n');
  });
  return [
    '# API report',
    'Everything that authors of drivers can import. `npm run docs:driver` writes it; a test fails while it is out of date. ' +
      'A change here is a change of the contract: see "Versions of the contract" in docs/writing-a-driver.md.',
    ...parts,
  ].join('\n\n');
}

function reference(entries, checker) {
  const parts = entries.map(({ name, symbols }) =>
    [
      `## ${name}`,
      ...symbols.map(({ symbol, declarations }) => sectionOf(symbol, declarations, checker)),
    ].join('\n\n'),
  );
  return [
    '# Driver reference',
    'Made from the comments of the contract by `npm run docs:driver`. [Writing a driver](writing-a-driver.md) is the tutorial.',
    ...parts,
  ].join('\n\n');
}

function sectionOf(symbol, declarations, checker) {
  const members = ts.isInterfaceDeclaration(symbol.declarations[0])
    ? [...symbol.members.values()].map((member) => memberOf(member, checker)).filter((text) => text !== '')
    : [];
  return [`### ${symbol.name}`, textOf(symbol, checker), code(declarations), ...members]
    .filter((text) => text !== '')
    .join('\n\n');
}

function memberOf(symbol, checker) {
  const text = textOf(symbol, checker);
  return text === '' ? '' : `#### ${symbol.name}\n\n${text}`;
}

/** The comment of a symbol as Markdown. */
function textOf(symbol, checker) {
  const comment = linked(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
  const tags = symbol.getJsDocTags(checker).map(({ name, text }) => {
    const told = linked(ts.displayPartsToString(text).trim());
    if (name === 'example') return `Example:\n\n\`\`\`ts\n${told}\n\`\`\``;
    if (name === 'param') return `- ${told.replace(/^(\w+)\s+/, '`$1`: ')}`;
    return `- ${{ returns: 'Returns', throws: 'Throws' }[name] ?? name} ${told}`;
  });
  return [comment, ...tags].filter((part) => part !== '').join('\n\n');
}

function linked(text) {
  return text.replace(/\{@link ([^}]+)\}/g, '`$1`');
}

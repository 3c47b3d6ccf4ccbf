import { join } from 'node:path';
import ts from 'typescript';
import { generatedFiles } from './generate';

/** Grafana publishes its dashboard schema as types: those of the oldest Grafana that Flowscope runs in, and of a newer one. */
const SCHEMAS = [
  { schema: '@grafana/schema', suffix: '.js' },
  { schema: 'grafana-schema-13', suffix: '' },
];
/** Panels by type, and what their files of types are called after. */
const PANELS = {
  stat: 'Stat',
  'state-timeline': 'StateTimeline',
  table: 'Table',
  text: 'Text',
  timeseries: 'TimeSeries',
};
/** Those that have settings of fields of their own. */
const WITH_FIELDS = ['table', 'timeseries'];

/** A module with a dashboard as a literal of the schema's types, so that what they do not know is an error too. */
function moduleOf({ schema, suffix }: (typeof SCHEMAS)[number], dashboard: string): string {
  const panels = Object.entries(PANELS).map(([type, name]) => {
    const types = `import('${schema}/dist/esm/raw/composable/${type.replace('-', '')}/panelcfg/x/${name}PanelCfg_types.gen${suffix}')`;
    const fields = WITH_FIELDS.includes(type) ? `Partial<${types}.FieldConfig>` : 'object';
    return `Omit<Json<Panel<object, ${fields}>>, 'options'> & { type: '${type}'; options: Json<${types}.Options> }`;
  });
  return `
    import type { AnnotationQuery, Dashboard, Panel, RowPanel } from '${schema}';
    // JSON has the values of enumerations, not their names.
    type Json<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
    type Row = Omit<Json<RowPanel>, 'panels'> & { panels: Panels };
    type Panels = Array<${panels.join(' | ')} | Row>;
    // Of a target the schema knows what Grafana's own annotations have.
    type Annotations = { list?: Array<Omit<Json<AnnotationQuery>, 'target'> & { target?: object }> };
    type Whole = Json<Omit<Dashboard, 'panels' | 'annotations'>> & { panels: Panels; annotations?: Annotations };
    export const dashboard: Whole = ${dashboard};`;
}

/** What is wrong with modules, by their paths below this folder; nothing is written there. */
function faultsOf(modules: ReadonlyMap<string, string>): string[] {
  const texts = new Map([...modules].map(([path, text]) => [join(__dirname, path), text]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.getSourceFile = (name, target) => {
    const text = texts.get(name);
    return text === undefined ? getSourceFile(name, target) : ts.createSourceFile(name, text, target);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

test.each(SCHEMAS)('every dashboard is one by the types of $schema', (schema) => {
  const modules = [...generatedFiles()].map(([path, text]) => [`${path}.ts`, moduleOf(schema, text)] as const);
  expect(faultsOf(new Map(modules))).toEqual([]);
});

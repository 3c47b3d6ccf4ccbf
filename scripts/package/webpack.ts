/** The part of webpack's statistics that is read here. */
export interface Stats {
  readonly modules?: readonly Module[];
}

/** `nameForCondition`: the file; `orphan`: in no chunk; `modules`: those joined to one. */
interface Module extends Stats {
  readonly nameForCondition?: string | null;
  readonly orphan?: boolean;
}

/** The files whose code is in webpack's output. */
export function modulesOf({ modules = [] }: Stats): string[] {
  return modules.flatMap((module) =>
    module.orphan ? [] : [...(module.nameForCondition ? [module.nameForCondition] : []), ...modulesOf(module)]
  );
}

/** The part of a source map that is read here. */
interface SourceMap {
  file: string;
  readonly sources: readonly string[];
  readonly sourcesContent: Array<string | null>;
}

/** Code that webpack makes up. */
const RUNTIME = /^webpack:\/\/[^/]*\/webpack\//;

/**
 * A source map without what differs from build to build: webpack writes hashes into it, in the file's name and in its own
 * runtime, before it knows the final ones. `name`: of the file that it belongs to.
 */
export function stableSourceMap(text: string, name: string): string {
  const map = JSON.parse(text) as SourceMap;
  map.file = name;
  map.sources.forEach((source, i) => {
    if (RUNTIME.test(source)) {
      map.sourcesContent[i] = null;
    }
  });
  return JSON.stringify(map);
}

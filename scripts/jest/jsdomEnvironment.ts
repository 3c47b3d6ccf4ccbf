/**
 * The environment of the tests of pages: jsdom with Node's fetch, which MSW answers, and with two look-ups that are faster.
 *
 * To find an element by its role, Testing Library asks for the computed style and the labels of many elements. For each,
 * jsdom matches every style rule against the element and all its ancestors, and looks for the control of every label, anew
 * each time, which took most of the time of these tests. Here both are remembered until the document changes.
 */

/** An element as jsdom has it inside, by the names there. */
interface ElementImpl {
  readonly isConnected: boolean;
  /** `_version` grows with every change in the document. */
  readonly _ownerDocument: { readonly _version: number };
}
type HandleRule = (rule: unknown) => void;
interface StyleRules {
  forEachMatchingSheetRuleOfElement(element: ElementImpl, handle: HandleRule): void;
}

/** The same function, which remembers its results for elements of a document until that changes. */
function remembering<T>(compute: (element: ElementImpl) => T): (element: ElementImpl) => T {
  const remembered = new WeakMap<ElementImpl, { readonly version: number; readonly result: T }>();
  return (element) => {
    if (!element.isConnected) {
      return compute(element);
    }
    const version = element._ownerDocument._version;
    let entry = remembered.get(element);
    if (entry?.version !== version) {
      entry = { version, result: compute(element) };
      remembered.set(element, entry);
    }
    return entry.result;
  };
}

// In this order, because jsdom takes the first function from its module while it loads.
const styleRules = require('jsdom/lib/jsdom/living/helpers/style-rules') as StyleRules;
const forEachMatching = styleRules.forEachMatchingSheetRuleOfElement;
const matchingRules = remembering((element) => {
  const rules: unknown[] = [];
  forEachMatching(element, (rule) => rules.push(rule));
  return rules;
});
styleRules.forEachMatchingSheetRuleOfElement = (element, handle) => matchingRules(element).forEach(handle);

require('jsdom');
const { implementation: Label } = require('jsdom/lib/jsdom/living/nodes/HTMLLabelElement-impl') as {
  readonly implementation: { readonly prototype: object };
};
const control = Object.getOwnPropertyDescriptor(Label.prototype, 'control')!.get!;
const controlOf = remembering((label) => control.call(label) as unknown);
Object.defineProperty(Label.prototype, 'control', {
  configurable: true,
  get(this: ElementImpl) {
    return controlOf(this);
  },
});

const FixedJsdom = require('jest-fixed-jsdom') as new (config: unknown, context: TestContext) => JsdomEnvironment;
const { rememberState } = require('./rememberState') as typeof import('./rememberState');

/** What jest says of a test file. */
interface TestContext {
  readonly console: Console;
}
/** What of a page outlives its elements. */
interface Page {
  readonly document: Readonly<Record<'head' | 'body', { replaceChildren(): void }>>;
  readonly localStorage: { clear(): void };
  readonly sessionStorage: { clear(): void };
  readonly history: { replaceState(state: unknown, title: string, url: string): void };
}
interface JsdomEnvironment {
  readonly global: typeof globalThis & Page;
  readonly fakeTimersModern: { useRealTimers(): void };
  teardown(): Promise<void>;
}

let kept: JsdomEnvironment | undefined;
let context: TestContext | undefined;

/** The one environment of this process, which keeps the packages that tests have loaded. Called by jest with `new`. */
module.exports = function environment(config: unknown, fileContext: TestContext): JsdomEnvironment {
  context = fileContext;
  kept ??= new FixedJsdom(config, {
    ...fileContext,
    console: new Proxy(fileContext.console, { get: (_, name) => Reflect.get(context!.console, name) as unknown }),
  });
  const { global } = kept;
  const putBack = rememberState(kept);
  kept.teardown = () => {
    putBack();
    global.document.head.replaceChildren();
    global.document.body.replaceChildren();
    global.localStorage.clear();
    global.sessionStorage.clear();
    global.history.replaceState(null, '', '/');
    return Promise.resolve();
  };
  return kept;
};

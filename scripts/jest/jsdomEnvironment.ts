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

module.exports = require('jest-fixed-jsdom');

/**
 * Stands in for `@emotion/sheet`, which adds a style rule to the document for each class that components make up. Nothing
 * is laid out in jsdom, but it matches every rule against an element and all its ancestors whenever a test looks one up by
 * its role.
 */
export class StyleSheet {
  readonly tags: readonly HTMLStyleElement[] = [];

  hydrate() {}
  insert() {}
  flush() {}
}

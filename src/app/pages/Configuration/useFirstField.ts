import { useEffect, useRef, type Ref } from 'react';

/** Fields that text goes into: a switch or a box with the focus would be turned by a stray key. */
const FIELDS = 'input:not([type]), input[type=text], input[type=search], input[type=number], textarea';

/**
 * Gives the focus to the first field in an element, as soon as there is one, unless somebody has put it elsewhere by then. What is
 * loaded later than that is waited for.
 */
export function useFirstField(): Ref<HTMLDivElement> {
  const within = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const focus = (): boolean => {
      if (document.activeElement && document.activeElement !== document.body) {
        return true;
      }
      const fields = within.current?.querySelectorAll<HTMLInputElement>(FIELDS) ?? [];
      const first = [...fields].find(({ disabled, readOnly }) => !disabled && !readOnly);
      first?.focus({ preventScroll: true });
      return first !== undefined;
    };
    const changes = new MutationObserver(() => {
      if (focus()) {
        changes.disconnect();
      }
    });
    if (!focus()) {
      changes.observe(within.current!, { childList: true, subtree: true });
    }
    return () => changes.disconnect();
  }, []);
  return within;
}

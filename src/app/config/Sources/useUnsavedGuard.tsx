import React, { useEffect, useRef, useState } from 'react';
import { locationService } from '@grafana/runtime';
import { ConfirmModal } from '@grafana/ui';

/** Keeps what was typed from being lost by leaving. */
interface UnsavedGuard {
  /** Goes away by `go`, asking first when something is unsaved. */
  leave(go: () => void): void;
  /** Moves within what is kept, as when the URL takes the id of what was saved: never asks. */
  pass(go: () => void): void;
  /** Asks; stands somewhere on the page. */
  question: React.ReactNode;
}

/**
 * Asks before a page is left on which something `isDirty`: by its own ways out, by Grafana's links and Back, and, in the
 * browser's words, by closing or reloading.
 */
export function useUnsavedGuard(isDirty: boolean, what: string): UnsavedGuard {
  const [going, setGoing] = useState<() => void>();
  const isPassing = useRef(false);
  const pass = (go: () => void) => {
    isPassing.current = true;
    try {
      go();
    } finally {
      isPassing.current = false;
    }
  };

  useEffect(() => {
    if (!isDirty) {
      return;
    }
    const history = locationService.getHistory();
    const unblock = history.block((location: Place) => {
      if (isPassing.current || isSamePage(location, history.location)) {
        return;
      }
      setGoing(() => () => history.push(location));
      return false;
    });
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', onUnload);
    return () => {
      unblock();
      window.removeEventListener('beforeunload', onUnload);
    };
  }, [isDirty]);

  return {
    leave: (go) => (isDirty ? setGoing(() => go) : go()),
    pass,
    // A modal that is there before it opens has no name: it looks for its title once.
    question: going && (
      <ConfirmModal
        isOpen
        title="Leave without saving?"
        body={`What you changed of ${what} is not saved.`}
        confirmText="Leave without saving"
        dismissText="Keep editing"
        onConfirm={() => {
          setGoing(undefined);
          pass(going);
        }}
        onDismiss={() => setGoing(undefined)}
      />
    ),
  };
}

type Place = { pathname: string; search: string };

/** Whether both addresses show the form: what else stands in them does not matter. */
function isSamePage(a: Place, b: Place): boolean {
  const shown = ({ pathname, search }: Place) => {
    const params = new URLSearchParams(search);
    return [pathname, params.get('page'), params.get('source')].join('\n');
  };
  return shown(a) === shown(b);
}

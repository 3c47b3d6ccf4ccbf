import React, { useEffect, useId, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { useLocation } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Icon, Input, useStyles2 } from '@grafana/ui';

import { toFailure } from '../../../api/failure';
import { useInstalled } from '../../../setup/useInstalled';
import { SearchChoice } from './SearchChoice';
import { choicesOf } from './targets';
import { useSearch } from './useSearch';

/** Says what can be typed. */
const WHAT = 'Find a name, id, address or CIDR';

/**
 * Leads from what people know of a host, network or account to its dashboard. The key / goes to it from anywhere on the page; arrows
 * choose, Enter opens, Escape closes.
 */
export function SearchBox() {
  const styles = useStyles2(getStyles);
  const { search } = useLocation();
  const { data: installed } = useInstalled();
  const [text, setText] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(0);
  /** Enter was pressed before the answer was there. */
  const goesOn = useRef(false);
  const input = useFocusOnSlash();
  const listId = useId();
  const { answer, error, isAnswered } = useSearch(text);
  const choices = error ? [] : choicesOf(answer?.matches ?? [], installed, search);
  const isShown = isOpen && text.trim() !== '';

  const first = choices.at(0)?.href;
  useEffect(() => {
    if (goesOn.current && isAnswered) {
      goesOn.current = false;
      if (first !== undefined) {
        locationService.push(first);
      }
    }
  }, [isAnswered, first]);

  const type = (event: React.FormEvent<HTMLInputElement>) => {
    setText(event.currentTarget.value);
    setIsOpen(true);
    setActive(0);
    goesOn.current = false;
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => (isShown ? setActive(Math.min(active + 1, choices.length - 1)) : setIsOpen(true)),
    ArrowUp: () => setActive(Math.max(active - 1, 0)),
    Enter: () => {
      if (!isAnswered) {
        goesOn.current = text.trim() !== '';
      } else if (choices[active]) {
        locationService.push(choices[active].href);
      }
    },
    Escape: () => (isShown ? setIsOpen(false) : setText('')),
  };
  const press = (event: React.KeyboardEvent) => {
    const act = keys[event.key];
    if (act && !event.nativeEvent.isComposing) {
      event.preventDefault();
      act();
    }
  };

  return (
    <div role="search" className={styles.box}>
      <Input
        ref={input}
        value={text}
        onChange={type}
        onKeyDown={press}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        prefix={<Icon name="search" />}
        suffix={<kbd aria-hidden>/</kbd>}
        loading={text.trim() !== '' && !isAnswered}
        placeholder={`${WHAT}: orders, eni-0a1…, 10.0.1.5, 198.51.100.0/24`}
        role="combobox"
        aria-label={WHAT}
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={isShown ? listId : undefined}
        aria-activedescendant={isShown && choices[active] ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
      />
      {isShown && (
        <div className={styles.found}>
          <ul id={listId} role="listbox" aria-label="Found" className={styles.list}>
            {choices.map((choice, i) => (
              <SearchChoice
                key={choice.href}
                id={`${listId}-${i}`}
                choice={choice}
                isActive={i === active}
                onPoint={() => setActive(i)}
                onChoose={() => locationService.push(choice.href)}
              />
            ))}
          </ul>
          <div role="status" className={styles.said}>
            {error ? toFailure(error).message : wordsOf(choices.length, answer?.more, isAnswered)}
          </div>
        </div>
      )}
    </div>
  );
}

function wordsOf(found: number, more: boolean | undefined, isAnswered: boolean): string {
  if (found === 0) {
    return isAnswered ? 'Nothing found: no name or id has this in it, and no address begins so.' : 'Searching';
  }
  return more ? 'There are more: type more of it.' : '';
}

/** The field, which the key / gives the focus unless somebody types elsewhere. */
function useFocusOnSlash() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement | null;
      const isTyping = at?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at?.tagName ?? '');
      if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        field.current?.focus();
        field.current?.select();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return field;
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    position: 'relative',
    maxWidth: theme.spacing(90),
    kbd: { fontSize: theme.typography.bodySmall.fontSize },
  }),
  found: css({
    position: 'absolute',
    zIndex: theme.zIndex.dropdown,
    insetInline: 0,
    top: '100%',
    marginTop: theme.spacing(0.5),
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
  }),
  list: css({ listStyle: 'none', maxHeight: '60vh', overflowY: 'auto' }),
  said: css({
    padding: theme.spacing(1, 1.5),
    color: theme.colors.text.secondary,
    '&:empty': { display: 'none' },
  }),
});

import { useEffect, useState } from 'react';

const SETTLED_MS = 250;

/** A value once it has not changed for 250 ms, so that typing does not send a request per letter. */
export function useDebounced<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

import React from 'react';
import { useQuery } from '@tanstack/react-query';
import { act, screen, waitFor } from '@testing-library/react';

import { render } from '../test/render';
import { useStickyError } from './useStickyError';

/** What is asked waits until the test settles it. */
let ask: jest.Mock<Promise<string>, []>;
let settle: { resolve: (data: string) => void; reject: (error: Error) => void };
beforeEach(() => {
  ask = jest.fn(() => new Promise<string>((resolve, reject) => (settle = { resolve, reject })));
});

function Probe() {
  const { data, error, isLoading, isFetching, refetch } = useStickyError(
    useQuery({ queryKey: ['probe'], queryFn: ask })
  );
  return (
    <button onClick={() => void refetch()}>
      {error ? error.message : isLoading ? 'loading' : data} {isFetching && 'again'}
    </button>
  );
}

const shows = (text: RegExp) => waitFor(() => expect(screen.getByRole('button')).toHaveTextContent(text));

it('loads once, keeps what went wrong until something is read, and forgets it then', async () => {
  const { user } = render(<Probe />);
  await shows(/^loading again$/);
  act(() => settle.reject(new Error('No')));
  await shows(/^No$/);

  await user.click(screen.getByRole('button'));
  await shows(/^No again$/);
  act(() => settle.reject(new Error('Still no')));
  await shows(/^Still no$/);

  await user.click(screen.getByRole('button'));
  await shows(/^Still no again$/);
  act(() => settle.resolve('Yes'));
  await shows(/^Yes$/);

  // An error beside data is the query's own, and goes with it.
  await user.click(screen.getByRole('button'));
  act(() => settle.reject(new Error('Not any more')));
  await shows(/^Not any more$/);
  await user.click(screen.getByRole('button'));
  act(() => settle.resolve('Yes'));
  await shows(/^Yes$/);
});

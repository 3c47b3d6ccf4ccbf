import React from 'react';
import { screen, within } from '@testing-library/react';

import { ledgerEntries, ledgerState } from '../../../contract/collection';
import { signInAs } from '../../test/grafana';
import { render } from '../../test/render';
import { answers, refuses, server, unreachable } from '../../test/server';
import { Lookup } from './Lookup';
import { keyProblem, toKey } from './Lookup.utils';
import { KEY, NOW } from './testing';

const NOT_FOUND = { code: 'not-found' as const, message: 'No object with this key is known.', field: 'key' };

/** Types it into the form and sends it by keyboard. */
async function lookUp(user: ReturnType<typeof render>['user'], text: string) {
  const input = screen.getByRole('textbox', { name: /^Object key/ });
  await user.clear(input);
  await user.type(input, `${text}{Enter}`);
}

describe('finding an object, as administrator', () => {
  it('shows all that is known of it', async () => {
    server.use(
      answers(ledgerEntries, 'get', 'admin/ledger', ({ query }) => ({
        entries: [
          {
            source: 'production',
            key: query.get('key')!,
            etag: 'e1',
            size: 2048,
            state: 'deleted',
            changed: 1795000000,
            seen: 1795000000,
            identity: 'x.log.gz',
            sha256: 'abc123',
            stored: 1795000000,
            storedFrom: [{ source: 'copies', key: 'copy/x.log.gz' }, { key: 'y.log.gz' }],
            counts: {
              records: 1000,
              ok: 990,
              reasons: { 'bad-time': 7, nodata: 3 },
              quotes: [{ reason: 'bad-time', line: 'a bad line' }],
              bytes: '9007199254740993',
              packets: '2000',
              flows: '990',
            },
          },
        ],
      }))
    );
    const { user } = render(<Lookup />);
    await lookUp(user, `s3://the-bucket/${KEY}`);

    const found = await screen.findByRole('article', { name: KEY });
    for (const text of [
      'Collected, then deleted from the bucket, since 2026-11-18',
      'production',
      '1,000, of them 990 traffic',
      // Beyond what a number holds exactly.
      '9,007,199,254,740,993 bytes, 2,000 packets, 990 flows',
      '7 bad-time, 3 nodata',
      'copy/x.log.gz of copies, y.log.gz, too: it counts once',
      'abc123',
      'x.log.gz',
    ]) {
      expect(found).toHaveTextContent(text);
    }
    await user.click(within(found).getByText('1 quoted line'));
    expect(within(found).getByText(/a bad line/)).toBeVisible();
  });

  it('shows why it was left, and each place it was found at', async () => {
    const left = { etag: 'e', size: 1, changed: 1, seen: 1, storedFrom: [] };
    server.use(
      answers(ledgerEntries, 'get', 'admin/ledger', {
        entries: [
          { ...left, key: `a/${KEY}`, state: 'quarantined', reason: 'empty', message: 'No bytes.', dismissed: 2 },
          { ...left, key: `b/${KEY}`, source: 'b', state: 'not-collected', reason: 'transit-gateway' },
        ],
      })
    );
    const { user } = render(<Lookup />);
    await lookUp(user, 'x.log.gz');
    expect(await screen.findByRole('article', { name: `a/${KEY}` })).toHaveTextContent(
      /its source was removed, or it was imported.*In quarantine.*empty: No bytes\..*Notice dismissed/
    );
    expect(screen.getByRole('article', { name: `b/${KEY}` })).toHaveTextContent('These are Transit Gateway flow logs');
  });
});

describe('finding an object, as viewer', () => {
  beforeEach(() => signInAs('Viewer'));

  it('tells its state and since when, and asks nothing of administrators', async () => {
    server.use(
      answers(ledgerState, 'get', 'ledger', ({ query }) => ({
        state: query.get('key') === KEY ? 'deleted' : 'gone',
        since: NOW() - 7200,
      }))
    );
    const { user } = render(<Lookup />);
    await lookUp(user, KEY);
    expect(await screen.findByText('Collected, then deleted from the bucket')).toBeInTheDocument();
    expect(screen.getByText(/is in this state since/)).toHaveTextContent('2 h ago');
  });
});

describe.each([
  ['Admin', 'admin/ledger'],
  ['Viewer', 'ledger'],
] as const)('finding an object, as %s', (role, path) => {
  beforeEach(() => signInAs(role));

  it('says what to look at when nothing is known of it', async () => {
    server.use(refuses('get', path, 404, NOT_FOUND));
    const { user } = render(<Lookup />);
    await lookUp(user, 'nothing.log.gz');
    expect(await screen.findByText('No object with this key is known')).toBeInTheDocument();
    expect(screen.getByText(/must match exactly/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument();
  });

  it('can be tried again when nothing answered', async () => {
    server.use(unreachable());
    const { user } = render(<Lookup />);
    await lookUp(user, KEY);
    expect(await screen.findByText('The object could not be looked up')).toBeInTheDocument();
    server.use(refuses('get', path, 404, NOT_FOUND));
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('No object with this key is known')).toBeInTheDocument();
  });

  it('asks for a key before it asks the sidecar', async () => {
    // Any request would fail the test.
    const { user } = render(<Lookup />);
    await user.click(screen.getByRole('button', { name: 'Look up' }));
    expect(await screen.findByText('Paste the key of an object.')).toBeInTheDocument();
    await lookUp(user, 's3://only-a-bucket');
    expect(await screen.findByText(/names a bucket but no object/)).toBeInTheDocument();
  });
});

describe('toKey', () => {
  it.each([
    [KEY, KEY],
    [`  ${KEY}\n`, KEY],
    [`s3://bucket/${KEY}`, KEY],
    ['s3://bucket/with spaces/and?query=1', 'with spaces/and?query=1'],
    [`arn:aws:s3:::bucket/${KEY}`, KEY],
    [`arn:aws-cn:s3:::bucket/${KEY}`, KEY],
  ])('%j', (text, key) => {
    expect(toKey(text)).toBe(key);
    expect(keyProblem(key)).toBeUndefined();
  });

  it.each(['', '   ', 's3://bucket', 's3://bucket/', 'arn:aws:s3:::bucket', 'é'.repeat(513)])('none in %j', (text) => {
    expect(keyProblem(toKey(text))).toEqual(expect.any(String));
  });
});

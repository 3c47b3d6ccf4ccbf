import React from 'react';
import { useQuery } from '@tanstack/react-query';
import { screen } from '@testing-library/react';

import { collection } from '../../contract/collection';
import { job, type Job } from '../../contract/jobs';
import { render } from '../test/render';
import { answers, refuses, server } from '../test/server';
import { sidecar } from './sidecar';
import { useJob } from './useJob';

const RUNNING: Job = { id: 'job-1', kind: 'test', started: 1, state: 'running', progress: [] };
const DONE: Job = { ...RUNNING, state: 'done', result: { passed: true } };

function Probe() {
  const { job: followed, error, isRunning, start } = useJob('test', () => sidecar.accounts.test('acc-1'));
  const { data } = useQuery({ queryKey: ['collection'], queryFn: () => sidecar.collection.get() });
  return (
    <>
      <button onClick={() => void start()}>Start</button>
      <p>{error?.message ?? (isRunning ? 'running' : followed?.result?.passed ? 'passed' : 'nothing')}</p>
      <p>{data?.quarantined} in quarantine</p>
    </>
  );
}

it('follows a job until it has ended, and keeps its result when the sidecar has forgotten it', async () => {
  let quarantined = 0;
  const left: Job[] = [RUNNING, DONE];
  server.use(
    answers(job, 'post', 'admin/accounts/:id/test', RUNNING),
    answers(job, 'get', 'admin/jobs/:id', () => left.shift()!),
    answers(collection, 'get', 'collection', () => ({ sources: [], quarantined: quarantined++ }))
  );
  const { user } = render(<Probe />);
  await user.click(screen.getByRole('button', { name: 'Start' }));
  expect(await screen.findByText('passed')).toBeInTheDocument();
  expect(left).toEqual([]);

  server.use(refuses('get', 'admin/jobs/:id', 404, { code: 'not-found', message: 'There is no such job.' }));
  window.dispatchEvent(new Event('visibilitychange'));
  expect(await screen.findByText('1 in quarantine')).toBeInTheDocument();
  expect(screen.getByText('passed')).toBeInTheDocument();
});

it('says why a job cannot be followed', async () => {
  server.use(
    answers(collection, 'get', 'collection', { sources: [], quarantined: 0 }),
    answers(job, 'post', 'admin/accounts/:id/test', RUNNING),
    refuses('get', 'admin/jobs/:id', 404, { code: 'not-found', message: 'There is no such job.' })
  );
  const { user } = render(<Probe />);
  await user.click(screen.getByRole('button', { name: 'Start' }));
  expect(await screen.findByText('There is no such job.')).toBeInTheDocument();
});

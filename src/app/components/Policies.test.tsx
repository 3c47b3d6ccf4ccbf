import React, { useState } from 'react';
import { screen } from '@testing-library/react';

import type { PolicyDocument } from '../../contract/policies';
import { render } from '../test/render';
import { Policies } from './Policies';

const DOCUMENTS: PolicyDocument[] = [
  {
    id: 'source',
    title: 'Policy',
    use: 'Attach it to the user or role that the sidecar signs in as.',
    json: '{"Sid":"List"}',
    terraform: 'resource "aws_iam_policy" "it" {}',
    awsCli: 'aws iam create-policy',
  },
  {
    id: 'trust',
    title: 'Trust policy',
    use: 'Who may take that role on.',
    json: '{"Sid":"Collector"}',
    terraform: 'resource "aws_iam_role" "it" {}',
    awsCli: 'aws iam update-assume-role-policy',
  },
];

describe('Policies', () => {
  beforeEach(() => {
    // Grafana's button copies by the browser's own means where it thinks itself secure.
    Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
  });

  it('shows one document at a time, with where it goes, and copies it in the form that is chosen', async () => {
    const { user } = render(<Policies documents={DOCUMENTS} />);

    expect(screen.getByText(DOCUMENTS[0].use)).toBeInTheDocument();
    expect(screen.getByLabelText('Policy as JSON')).toHaveTextContent('{"Sid":"List"}');

    await user.click(screen.getByRole('tab', { name: 'Trust policy' }));
    expect(screen.getByText('Who may take that role on.')).toBeInTheDocument();
    expect(screen.queryByText(DOCUMENTS[0].use)).not.toBeInTheDocument();

    await user.click(screen.getByRole('radio', { name: 'Terraform' }));
    expect(screen.getByLabelText('Trust policy as Terraform')).toHaveTextContent('resource "aws_iam_role" "it" {}');

    await user.click(screen.getByRole('radio', { name: 'AWS CLI' }));
    const write = jest.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(write).toHaveBeenCalledWith('aws iam update-assume-role-policy');
  });

  it('keeps the tab when the documents are made anew, and follows what is in them', async () => {
    function Changing() {
      const [json, setJson] = useState('{"Sid":"Collector"}');
      return (
        <>
          <Policies documents={DOCUMENTS.map((one) => ({ ...one, json }))} />
          <button onClick={() => setJson('{"Sid":"Other"}')}>Change</button>
        </>
      );
    }
    const { user } = render(<Changing />);
    await user.click(screen.getByRole('tab', { name: 'Trust policy' }));
    await user.click(screen.getByRole('button', { name: 'Change' }));

    expect(screen.getByLabelText('Trust policy as JSON')).toHaveTextContent('{"Sid":"Other"}');
  });

  it('needs no tabs for one document', () => {
    render(<Policies documents={[DOCUMENTS[0]]} />);

    expect(screen.queryByRole('tab')).not.toBeInTheDocument();
    expect(screen.getByLabelText('Policy as JSON')).toBeInTheDocument();
  });
});

import React from 'react';
import { screen } from '@testing-library/react';
import { FormProvider, useForm } from 'react-hook-form';
import { z } from 'zod';

import { accessInput } from '../../contract/access';
import { render } from '../test/render';
import { AccessFields } from './AccessFields';
import { accessValues, missingAccess, toAccessInput, type AccessValues, type StoredAccess } from './AccessFields.utils';
import { contractResolver } from './forms';

const STORED: StoredAccess = { accessKeyId: 'AKIASTORED', hasSecret: true };
const HELP = { key: 'Of a user for this.', role: 'One that may do this.' };
const onSave = jest.fn();

function Form({ stored }: { stored?: StoredAccess }) {
  const form = useForm<AccessValues>({
    defaultValues: accessValues(stored),
    resolver: contractResolver<AccessValues>(z.strictObject(accessInput), toAccessInput, (values) =>
      missingAccess(values, stored)
    ),
  });
  return (
    <FormProvider {...form}>
      <form onSubmit={form.handleSubmit((values) => onSave(toAccessInput(values)))}>
        <AccessFields help={HELP} stored={stored} />
        <button>Save</button>
      </form>
    </FormProvider>
  );
}

const keyId = () => screen.getByRole('textbox', { name: /Access key ID/ });
const secret = () => screen.getByLabelText(/Secret access key/);
const role = () => screen.getByRole('textbox', { name: /Role ARN/ });
const externalId = () => screen.getByRole('textbox', { name: /External ID/ });
const save = () => screen.getByRole('button', { name: 'Save' });

describe('AccessFields', () => {
  beforeEach(() => onSave.mockClear());

  it('takes an access key, and says what is missing or wrong of it', async () => {
    const { user } = render(<Form />);
    expect(screen.getByText('Of a user for this.')).toBeInTheDocument();
    expect(screen.getByText('Optional. One that may do this.')).toBeInTheDocument();
    await user.click(save());
    expect(await screen.findByText('Enter the access key id')).toBeInTheDocument();
    expect(screen.getByText('Enter the secret of this access key id')).toBeInTheDocument();

    await user.type(keyId(), 'no key');
    await user.type(secret(), 'with space');
    expect(await screen.findByText(/^That is no access key id/)).toBeInTheDocument();
    expect(screen.getByText(/^The secret access key has 1 to 256 characters/)).toBeInTheDocument();
    expect(secret()).toHaveAttribute('type', 'password');

    await user.clear(keyId());
    await user.type(keyId(), ' AKIAEXAMPLE ');
    await user.clear(secret());
    await user.type(secret(), 's3cr3t/+=');
    await user.click(save());
    expect(onSave).toHaveBeenCalledWith({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 's3cr3t/+=' });
  });

  it('needs neither with the role of the machine, and sends none that was typed before', async () => {
    const { user } = render(<Form />);
    await user.type(keyId(), 'AKIAEXAMPLE');
    await user.click(screen.getByRole('radio', { name: 'IAM role of the machine' }));
    expect(screen.queryByLabelText(/Secret access key/)).not.toBeInTheDocument();
    expect(screen.getByText(/There is no secret to keep/)).toBeInTheDocument();

    await user.click(save());
    expect(onSave).toHaveBeenCalledWith({});
  });

  it('never shows a secret that is stored, keeps it unless another is entered, and takes a new one after Reset', async () => {
    const { user } = render(<Form stored={STORED} />);
    expect(secret()).toBeDisabled();
    expect(secret()).toHaveValue('configured');
    await user.click(save());
    expect(onSave).toHaveBeenLastCalledWith({ accessKeyId: 'AKIASTORED' });

    await user.click(screen.getByRole('button', { name: 'Reset' }));
    expect(secret()).toHaveFocus();
    expect(secret()).toHaveValue('');
    await user.type(secret(), 'another');
    await user.click(save());
    expect(onSave).toHaveBeenLastCalledWith({ accessKeyId: 'AKIASTORED', secretAccessKey: 'another' });
  });

  it('asks for the secret of another access key id', async () => {
    const { user } = render(<Form stored={STORED} />);
    await user.clear(keyId());
    await user.type(keyId(), 'AKIAOTHER');
    expect(secret()).toBeEnabled();
    await user.click(save());

    expect(await screen.findByText('Enter the secret of this access key id')).toBeInTheDocument();
    expect(onSave).not.toHaveBeenCalled();
  });

  it('takes a role, makes an external id for it, and says that one without a role is of no use', async () => {
    const { user } = render(<Form stored={{ hasSecret: false }} />);
    await user.click(screen.getByRole('button', { name: 'Generate external ID' }));
    const made = (externalId() as HTMLInputElement).value;
    expect(made).toMatch(/^flowscope-[0-9a-f]{32}$/);
    await user.click(save());
    expect(await screen.findByText('An external ID belongs to a role: enter its ARN too')).toBeInTheDocument();

    await user.type(role(), 'reader');
    await user.click(save());
    expect(await screen.findByText(/^That is no role ARN/)).toBeInTheDocument();

    await user.clear(role());
    await user.type(role(), 'arn:aws:iam::123456789012:role/reader');
    await user.click(save());
    expect(onSave).toHaveBeenCalledWith({ roleArn: 'arn:aws:iam::123456789012:role/reader', externalId: made });

    await user.click(screen.getByRole('button', { name: 'Generate external ID' }));
    expect(externalId()).not.toHaveValue(made);
  });
});

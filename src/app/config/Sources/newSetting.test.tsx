import React from 'react';
import { configure, screen } from '@testing-library/react';

import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { sourceOf } from '../../test/sources';
import { Sources } from './Sources';
import { FakeSidecar } from './testing';

// One setting more as one entry: its field follows from the table.
jest.mock('../../../contract/sourceFields', () => {
  const actual = jest.requireActual<typeof import('../../../contract/sourceFields')>('../../../contract/sourceFields');
  return {
    ...actual,
    SOURCE_FIELDS: {
      ...actual.SOURCE_FIELDS,
      readRetries: {
        type: 'number',
        ...{ min: 1, max: 9, default: 3 },
        rule: 'retries are',
        label: 'Retries',
        section: 'advanced',
        description: 'How often a read is tried again.',
      },
    } satisfies Record<string, import('../../../contract/sourceFields').Field>,
  };
});

configure({ defaultHidden: true });
layoutForTests();

it('one more entry of SOURCE_FIELDS is a field of the form, checked and saved like the others', async () => {
  const sidecar = new FakeSidecar([sourceOf({ ...{ readRetries: 7 }, accessKeyId: 'AKIAEXAMPLE', hasSecret: true })]);
  const { user } = render(<Sources />, { url: '/?page=sources&source=src-1' });
  const retries = await screen.findByRole('spinbutton', { name: /Retries/ });
  expect(retries).toHaveValue(7);
  expect(screen.getByText('How often a read is tried again.')).toBeInTheDocument();

  await user.clear(retries);
  await user.type(retries, '10');
  await user.tab();
  expect(await screen.findByText('Enter a whole number from 1 to 9')).toBeInTheDocument();

  await user.clear(retries);
  await user.type(retries, '5');
  await user.click(screen.getByRole('button', { name: /^Save source/ }));
  expect(await screen.findByText('Saved, and disabled: nothing is collected yet.')).toBeInTheDocument();
  expect(sidecar.changes).toMatchObject([{ what: 'change', body: { readRetries: 5, objectsInFlight: 8 } }]);
});

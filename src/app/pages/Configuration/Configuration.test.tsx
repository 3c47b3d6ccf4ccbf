import React from 'react';
import { Route, Routes } from 'react-router-dom';
import { screen, waitFor } from '@testing-library/react';

import { signInAs } from '../../test/grafana';
import { render } from '../../test/render';
import { Configuration } from './Configuration';

/** Stand in for the tabs, which have tests of their own. */
jest.mock('../../config/tabs', () => ({
  CONFIG_TABS: [
    { id: 'connection', title: 'Connection', icon: 'plug', Body: () => <p>The connection</p> },
    { id: 'sources', title: 'S3 sources', icon: 'database', Body: () => <MockForm /> },
  ],
}));

/** A form whose fields are there a moment later than the page. */
function MockForm() {
  const [isRead, setIsRead] = React.useState(false);
  React.useEffect(() => {
    const timer = setTimeout(() => setIsRead(true));
    return () => clearTimeout(timer);
  }, []);
  return isRead ? (
    <form>
      <input type="checkbox" />
      <input aria-label="Read only" readOnly />
      <input aria-label="Name" />
      <input aria-label="Bucket" />
    </form>
  ) : null;
}

const open = (path: string) =>
  render(
    <Routes>
      <Route path="/config/:tab?" element={<Configuration />} />
    </Routes>,
    { url: path }
  );

describe('the configuration in the app', () => {
  it('shows the tab that the address names, and begins at its first field for text', async () => {
    open('/config/sources');
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Name' })).toHaveFocus());
  });

  it('takes the focus from nobody', async () => {
    const other = document.body.appendChild(document.createElement('button'));
    other.focus();
    open('/config/sources');
    await screen.findByRole('textbox', { name: 'Name' });
    expect(other).toHaveFocus();
    other.remove();
  });

  it.each(['/config', '/config/', '/config/nothing'])('begins with the connection: %s', async (path) => {
    open(path);
    expect(await screen.findByText('The connection')).toBeInTheDocument();
  });

  it('is for administrators', () => {
    signInAs('Viewer');
    open('/config/connection');
    expect(screen.getByText('Only administrators of the plugin may configure it')).toBeInTheDocument();
    expect(screen.queryByText('The connection')).not.toBeInTheDocument();
  });
});

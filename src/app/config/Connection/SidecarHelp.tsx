import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Collapse, useStyles2 } from '@grafana/ui';

/** Instructions for starting and reaching a sidecar. */
export function SidecarHelp({ title, isOpen: isOpenAtFirst }: { title: string; isOpen?: boolean }) {
  const styles = useStyles2(getStyles);
  const [isOpen, setIsOpen] = useState(isOpenAtFirst ?? false);
  return (
    <Collapse label={title} isOpen={isOpen} onToggle={setIsOpen}>
      <ol className={styles.list}>
        <li>
          Start it. It comes with this plugin and needs Node 24:
          <pre>node flowscope-awsflowlogs-app/sidecar/flowscope.mjs serve</pre>
          <code>FLOWSCOPE_INFLUX_URL</code> says where InfluxDB is, <code>FLOWSCOPE_DATA_DIR</code> where it keeps its
          own data.
        </li>
        <li>
          Take its token. It is <code>FLOWSCOPE_TOKEN</code>; where that was not set, the sidecar made one:
          <pre>cat $FLOWSCOPE_DATA_DIR/api-token</pre>
        </li>
        <li>
          Let Grafana reach it. It listens on 127.0.0.1 only; where Grafana runs on another machine, set{' '}
          <code>FLOWSCOPE_LISTEN=0.0.0.0:9555</code> and, in <code>FLOWSCOPE_TLS_CERT</code> and{' '}
          <code>FLOWSCOPE_TLS_KEY</code>, the files of its certificate and key. The URL then begins with{' '}
          <code>https://</code>, and Grafana’s machine must trust the authority that signed the certificate.
        </li>
        <li>
          With Docker, <code>docker compose up</code> starts both connected; the URL is{' '}
          <code>http://flowscope:9555</code>, as 127.0.0.1 is Grafana’s own container.{' '}
          <code>docker compose logs flowscope</code> says what the sidecar does.
        </li>
      </ol>
    </Collapse>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    paddingLeft: theme.spacing(3),
    '& li': { marginBottom: theme.spacing(1.5) },
    '& pre': {
      margin: theme.spacing(0.5, 0),
      padding: theme.spacing(1),
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
    },
  }),
});

import React from 'react';
import { PluginPage } from '@grafana/runtime';

/** How collection stands, per source. */
export function Collection() {
  return <PluginPage>{null}</PluginPage>;
}

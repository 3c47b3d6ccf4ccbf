import React from 'react';

/** The Exporters tab. */
export function Exporters() {
  return <></>;
}

import React from 'react';

/** The Connection tab. */
export function Connection() {
  return <></>;
}

import React from 'react';

/** The Descriptions tab. */
export function Descriptions() {
  return <></>;
}

import React from 'react';

/** The S3 sources tab. */
export function Sources() {
  return <></>;
}

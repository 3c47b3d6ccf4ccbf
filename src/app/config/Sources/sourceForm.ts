import type { FieldPath } from 'react-hook-form';

import { OBJECTS_IN_FLIGHT, POLL_SECONDS } from '../../../contract/bounds';
import { sourceInput, type SourceInput, type SourceView } from '../../../contract/sources';
import { accessValues, missingAccess, toAccessInput, type AccessValues } from '../../components/AccessFields.utils';
import { contractResolver } from '../../components/forms';

/** A source as it stands in its form: text as typed, and one of two ways where there are two. */
export interface SourceValues extends AccessValues {
  name: string;
  bucket: string;
  prefix: string;
  region: string;
  discovery: 'list' | 'sqs';
  pollSeconds: string;
  queueUrl: string;
  endpoint: string;
  pathStyle: boolean;
  objectsInFlight: string;
}

/** The fields by the names people see, in the order of the form. */
export const LABELS: Readonly<Record<keyof SourceValues, string>> = {
  name: 'Name',
  bucket: 'Bucket',
  prefix: 'Prefix',
  region: 'Region',
  signIn: 'Authentication',
  accessKeyId: 'Access key ID',
  secretAccessKey: 'Secret access key',
  roleArn: 'Role ARN',
  externalId: 'External ID',
  discovery: 'Discovery',
  pollSeconds: 'Look every',
  queueUrl: 'Queue URL',
  endpoint: 'Endpoint',
  pathStyle: 'Path style',
  objectsInFlight: 'Objects in flight',
};
export const FIELDS = Object.keys(LABELS) as Array<keyof SourceValues>;

/** Whether a name, as of a fix, is one of the form's fields. */
export function isField(name: string | undefined): name is FieldPath<SourceValues> {
  return name !== undefined && name in LABELS;
}

/** What a form begins with. */
export function sourceValues(stored?: SourceView): SourceValues {
  return {
    name: stored?.name ?? '',
    bucket: stored?.bucket ?? '',
    prefix: stored?.prefix ?? '',
    region: stored?.region ?? '',
    ...accessValues(stored),
    discovery: stored?.queueUrl ? 'sqs' : 'list',
    pollSeconds: String(stored?.pollSeconds ?? POLL_SECONDS.usual),
    queueUrl: stored?.queueUrl ?? '',
    endpoint: stored?.endpoint ?? '',
    pathStyle: stored?.pathStyle ?? false,
    objectsInFlight: String(stored?.objectsInFlight ?? OBJECTS_IN_FLIGHT.usual),
  };
}

/** What the API takes for it. */
export function toSourceInput(values: SourceValues): SourceInput {
  const { name, bucket, prefix, region, discovery, pollSeconds, queueUrl, endpoint, pathStyle, objectsInFlight } =
    values;
  return {
    name: name.trim(),
    bucket: bucket.trim(),
    prefix: prefix.trim(),
    region: region.trim(),
    ...toAccessInput(values),
    endpoint: endpoint.trim() || undefined,
    pathStyle,
    pollSeconds: Number(pollSeconds),
    objectsInFlight: Number(objectsInFlight),
    queueUrl: discovery === 'sqs' ? queueUrl.trim() || undefined : undefined,
  };
}

/** What the sidecar says of a name that is in use, in fewer words where only the name is looked at. */
export const NAME_TAKEN = 'This name is taken';

/** What must still be entered, by field. `taken`: the names of the other sources. */
export function missing(values: SourceValues, stored: SourceView | undefined, taken: readonly string[]) {
  const said: Partial<Record<keyof SourceValues, string>> = missingAccess(values, stored);
  const name = values.name.trim();
  if (!name) {
    said.name = 'Enter a name';
  } else if (taken.includes(name)) {
    said.name = NAME_TAKEN;
  }
  if (!values.bucket.trim()) {
    said.bucket = 'Enter the bucket';
  }
  if (!values.region.trim()) {
    said.region = 'Choose the region of the bucket';
  }
  if (values.discovery === 'sqs' && !values.queueUrl.trim()) {
    said.queueUrl = 'Enter the URL of the queue';
  }
  if (!isWithin(values.pollSeconds, POLL_SECONDS)) {
    said.pollSeconds = `Enter a whole number of seconds from ${POLL_SECONDS.min} to ${POLL_SECONDS.max}`;
  }
  if (!isWithin(values.objectsInFlight, OBJECTS_IN_FLIGHT)) {
    said.objectsInFlight = `Enter a whole number from ${OBJECTS_IN_FLIGHT.min} to ${OBJECTS_IN_FLIGHT.max}`;
  }
  return said;
}

/** Whether a whole number within bounds was entered. */
function isWithin(entered: string, { min, max }: { readonly min: number; readonly max: number }): boolean {
  const value = Number(entered);
  return Number.isInteger(value) && value >= min && value <= max;
}

/** Checks the form. */
export const sourceResolver = (stored: SourceView | undefined, taken: readonly string[]) =>
  contractResolver<SourceValues>(sourceInput, toSourceInput, (values) => missing(values, stored, taken));

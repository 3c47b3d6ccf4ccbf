import type { FieldPath } from 'react-hook-form';

import {
  fieldEntries,
  isRequired,
  SOURCE_FIELDS,
  type Field,
  type SourceFieldName,
  type SourceFieldValues,
} from '../../../contract/sourceFields';
import { sourceInput, type SourceInput, type SourceView } from '../../../contract/sources';
import { accessValues, missingAccess, toAccessInput, type AccessValues } from '../../components/AccessFields.utils';
import { contractResolver } from '../../components/forms';

/** The settings as they stand in the form: all but booleans as text. */
type TypedSettings = { [K in SourceFieldName]: SourceFieldValues[K] extends boolean ? boolean : string };

/** A source as it stands in its form: text as typed, and one of two ways where there are two. */
export interface SourceValues extends AccessValues, TypedSettings {
  discovery: 'list' | 'sqs';
}

/** The settings of a part of the form, in order. */
export function fieldsOf(section: Field['section']): SourceFieldName[] {
  return fieldEntries(SOURCE_FIELDS)
    .filter(([, field]) => field.section === section)
    .map(([name]) => name);
}

const labelsOf = (section: Field['section']) =>
  Object.fromEntries(fieldsOf(section).map((name) => [name, SOURCE_FIELDS[name].label]));

/** The fields by the names people see, in the order of the form. */
export const LABELS = {
  ...labelsOf('bucket'),
  signIn: 'Authentication',
  accessKeyId: 'Access key ID',
  secretAccessKey: 'Secret access key',
  roleArn: 'Role ARN',
  externalId: 'External ID',
  discovery: 'Discovery',
  ...labelsOf('new-objects'),
  ...labelsOf('advanced'),
} as Readonly<Record<keyof SourceValues, string>>;
export const FIELDS = Object.keys(LABELS) as Array<keyof SourceValues>;

/** Whether a name, as of a fix, is one of the form's fields. */
export function isField(name: string | undefined): name is FieldPath<SourceValues> {
  return name !== undefined && name in LABELS;
}

/** What a form begins with. */
export function sourceValues(stored?: SourceView): SourceValues {
  const settings = fieldEntries(SOURCE_FIELDS).map(([name, field]) => {
    const value = stored?.[name] ?? field.default ?? '';
    return [name, typeof value === 'boolean' ? value : String(value)];
  });
  return {
    ...(Object.fromEntries(settings) as TypedSettings),
    ...accessValues(stored),
    discovery: stored?.queueUrl ? 'sqs' : 'list',
  };
}

/** What the API takes for it. */
export function toSourceInput(values: SourceValues): SourceInput {
  const settings = fieldEntries(SOURCE_FIELDS).map(([name, field]) => [name, toSetting(field, values[name])]);
  return {
    ...(Object.fromEntries(settings) as SourceFieldValues),
    ...(values.discovery === 'list' && { queueUrl: undefined }),
    ...toAccessInput(values),
  };
}

/** A setting out of what stands in its field; what may be left out is undefined when the field is empty. */
function toSetting(field: Field, entered: string | boolean): string | number | boolean | undefined {
  if (typeof entered === 'boolean') {
    return entered;
  }
  if (field.type === 'number') {
    return Number(entered);
  }
  const text = entered.trim();
  return field.type === 'text' && field.isOptional ? text || undefined : text;
}

/** What the sidecar says of a name that is in use, in fewer words where only the name is looked at. */
export const NAME_TAKEN = 'This name is taken';

/** What must still be entered, by field. `taken`: the names of the other sources. */
export function missing(values: SourceValues, stored: SourceView | undefined, taken: readonly string[]) {
  const said: Partial<Record<keyof SourceValues, string>> = missingAccess(values, stored);
  for (const [name, field] of fieldEntries(SOURCE_FIELDS)) {
    const problem = problemOf(field, values[name]);
    if (problem !== undefined) {
      said[name] = problem;
    }
  }
  if (taken.includes(values.name.trim())) {
    said.name = NAME_TAKEN;
  }
  if (values.discovery === 'sqs' && !values.queueUrl.trim()) {
    said.queueUrl = 'Enter the URL of the queue';
  }
  return said;
}

/** What must still be entered in a field; undefined when nothing must. */
function problemOf(field: Field, entered: string | boolean): string | undefined {
  if (field.type === 'number' && !isWithin(String(entered), field)) {
    return `Enter a whole number${field.unit ? ` of ${field.unit}` : ''} from ${field.min} to ${field.max}`;
  }
  return field.type === 'text' && isRequired(field) && !String(entered).trim()
    ? (field.whenMissing ?? `Enter ${field.label}`)
    : undefined;
}

/** Whether a whole number within bounds was entered. */
function isWithin(entered: string, { min, max }: { readonly min: number; readonly max: number }): boolean {
  const value = Number(entered);
  return Number.isInteger(value) && value >= min && value <= max;
}

/** Checks the form. */
export const sourceResolver = (stored: SourceView | undefined, taken: readonly string[]) =>
  contractResolver<SourceValues>(sourceInput, toSourceInput, (values) => missing(values, stored, taken));

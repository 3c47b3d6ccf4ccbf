import { FLOW_MEASUREMENTS } from '../../contract/stored';
import { CONTEXT_FIELDS } from './context';
import { vpcField } from './fields';
import { RECOMMENDED_FIELDS } from './recommendedFields';

it('has every field that a measurement or the context of records needs, and those without which nothing is collected', () => {
  const needed = [
    ...FLOW_MEASUREMENTS.flatMap(({ requires }) => requires.flat()),
    ...Object.values(CONTEXT_FIELDS),
    ...[
      'log-status',
      'start',
      'end',
      'interface-id',
      'resource-id',
      'vpc-id',
      'subnet-id',
      'instance-id',
      'account-id',
    ],
    ...['bytes', 'packets', 'pkt-srcaddr', 'pkt-dstaddr', 'action'],
  ];
  expect(needed.filter((field) => !RECOMMENDED_FIELDS.includes(field))).toEqual([]);
  expect(RECOMMENDED_FIELDS.filter((field) => !needed.includes(field))).toEqual([]);
});

it('has only fields that AWS has', () => {
  expect(RECOMMENDED_FIELDS.filter((field) => vpcField(field) === undefined)).toEqual([]);
});

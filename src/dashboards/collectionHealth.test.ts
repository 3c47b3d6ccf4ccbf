import { BLIND_SPOTS } from '../reports/collection';
import { RECORD_REASONS } from '../sidecar/records/reasons';

it('has words for each reason that hides records', () => {
  const reasons = Object.keys(RECORD_REASONS).filter((reason) => reason !== 'nodata');
  expect(Object.keys(BLIND_SPOTS)).toEqual(reasons);
});

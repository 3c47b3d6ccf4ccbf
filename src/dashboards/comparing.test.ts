import { MISSING } from '../contract/stored';
import { IN_CHOSEN_PLACE } from './comparing';

/** Whether traffic of a place passes all conditions, with this exporter chosen and everything else at All. */
function passes(place: Readonly<Record<string, string>>, exporter: string): boolean {
  return IN_CHOSEN_PLACE.every((condition) => {
    const script = condition
      .replaceAll('${exporter:regex}', exporter)
      .replaceAll(/\$\{\w+:regex\}/g, '.*')
      .replaceAll(/"(\w+)" =~ (\/\S+\/)/g, (_match, tag: string, pattern: string) =>
        String(new RegExp(pattern.slice(1, -1)).test(place[tag]))
      )
      .replaceAll(/"(\w+)" = '(.*?)'/g, (_match, tag: string, value: string) => String(place[tag] === value))
      .replaceAll('AND', '&')
      .replaceAll('OR', '|');
    // What is left are true, false, and, or and brackets.
    expect(script).toMatch(/^(true|false|[&|() ])+$/);
    return Boolean(Number(new Function(`return Number(${script})`)()));
  });
}

describe('what Movers and Refused show of a chosen exporter', () => {
  const traffic = (vpc: string, subnet: string) => ({
    ...{ account: '1', vpc, subnet, instance: MISSING, interface: 'eni-1' },
  });

  it.each([
    [true, 'a VPC', 'vpc-1', traffic('vpc-1', 'subnet-1')],
    [true, 'a subnet of which no VPC is known', 'subnet-1', traffic(MISSING, 'subnet-1')],
    [true, 'an interface of which no VPC is known', 'eni-1', traffic(MISSING, MISSING)],
    [false, 'a subnet of a VPC that is one', 'subnet-1', traffic('vpc-1', 'subnet-1')],
    [false, 'another VPC', 'vpc-2', traffic('vpc-1', 'subnet-1')],
  ])('(%s) %s', (is, _what, exporter, place) => {
    expect(passes(place, exporter)).toBe(is);
  });
});

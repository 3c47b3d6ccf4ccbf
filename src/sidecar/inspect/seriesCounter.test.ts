import { SeriesCounter } from './seriesCounter';

it('a series is counted once, however many lines and blocks are in it', () => {
  const series = new SeriesCounter();
  series.add(
    'minute',
    Buffer.from(
      'flow_source,src=10.0.0.1 bytes=1i 1\nflow_source,src=10.0.0.1 bytes=2i 2\nflow_source,src=10.0.0.2 bytes=1i 1'
    )
  );
  series.add(
    'hour',
    Buffer.from(
      'flow_source,src=10.0.0.1 bytes=1i 3\nflow_pair,pair=10.0.0.1\\ →\\ 10.0.0.2 bytes=1i 1\nflow_pair,pair=10.0.0.1\\ →\\ 10.0.0.3 bytes=1i 1\n'
    )
  );
  expect(series.counts()).toEqual({ total: 4, byMeasurement: { flow_source: 2, flow_pair: 2 } });
});

import { logLevel } from './logLevel';

describe('FLOWSCOPE_LOG_LEVEL', () => {
  it('is info unless it says otherwise', () => {
    expect(logLevel({})).toBe('info');
    expect(logLevel({ FLOWSCOPE_LOG_LEVEL: 'debug' })).toBe('debug');
  });

  it.each(['', 'DEBUG', 'verbose', 'silent'])('must name a level: not %j', (wanted) => {
    expect(() => logLevel({ FLOWSCOPE_LOG_LEVEL: wanted })).toThrow(
      `FLOWSCOPE_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, not "${wanted}".`
    );
  });
});

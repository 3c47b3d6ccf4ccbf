/**
 * Loaded into a program by `node --require`: when it exits, writes its peak RSS in bytes to FLOWSCOPE_BENCH_PEAK_FILE.
 * Linux's own figure comes first: `maxRSS` counts what the parent had in memory when it forked, too.
 */
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  let kilobytes = process.resourceUsage().maxRSS;
  try {
    kilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    // Not Linux.
  }
  writeFileSync(process.env.FLOWSCOPE_BENCH_PEAK_FILE, String(kilobytes * 1024));
});

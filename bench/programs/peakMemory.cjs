/**
 * Loaded into a program by `node --require`: when it exits, writes what it used to FLOWSCOPE_BENCH_PEAK_FILE, as JSON: `peak`, its peak
 * RSS, and `written`, what it wrote to disks, in bytes, and `cpu`, its CPU-seconds. Of the peak Linux's own figure comes first: `maxRSS`
 * counts what the parent had in memory when it forked, too.
 */
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { maxRSS, fsWrite, userCPUTime, systemCPUTime } = process.resourceUsage();
  let kilobytes = maxRSS;
  try {
    kilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    // Not Linux.
  }
  // Blocks of 512 bytes, and microseconds.
  const used = { peak: kilobytes * 1024, written: fsWrite * 512, cpu: (userCPUTime + systemCPUTime) / 1e6 };
  writeFileSync(process.env.FLOWSCOPE_BENCH_PEAK_FILE, JSON.stringify(used));
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The records of traffic in a folder of generated logs, with the tags that reports go by. */
export function recordsIn(folder: string): Array<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log.gz'));
  return files.flatMap((name) => {
    const [header, ...lines] = gunzipSync(readFileSync(join(folder, name)))
      .toString()
      .trimEnd()
      .split('\n');
    const fields = header.split(' ');
    if (!fields.includes('log-status')) {
      return [];
    }
    return lines
      .map((line) => Object.fromEntries(line.split(' ').map((value, i) => [fields[i], value])))
      .filter((record) => record['log-status'] === 'OK')
      .map((record) => ({
        ...record,
        bytes: record.bytes.replace(/^-$/, '0'),
        packets: record.packets.replace(/^-$/, '0'),
        interface: record['interface-id'] === '-' ? record['resource-id'] : record['interface-id'],
        src: record.srcaddr,
        dst: record.dstaddr,
      }));
  });
}

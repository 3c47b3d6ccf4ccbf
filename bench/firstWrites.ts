/**
 * `npx tsx bench/firstWrites.ts`: how often InfluxDB loses what it acknowledged when the first writes to a shard come at the same
 * time. See docs/decisions/0012-one-write-at-a-time.md.
 */
import { startInflux } from '../scripts/services';
import { InfluxClient } from '../src/sidecar/store/influx';
import { runCommand, temporaryFolder } from './command';

const SHARDS = 1000;
const HOUR = 3600;
const FIRST_HOUR = 1_700_000_000 - (1_700_000_000 % HOUR);

/** Writes that many points to each of {@link SHARDS} new shards; returns in how many of them some are missing. */
async function shardsWithLoss(url: string, points: number, areTogether: boolean): Promise<number> {
  // Of one client each, since one client does not write to a policy twice at a time.
  const clients = Array.from({ length: points }, () => new InfluxClient({ url, database: 'first_writes' }));
  const [client] = clients;
  await client.query('DROP DATABASE "first_writes"');
  await client.query('CREATE DATABASE "first_writes" WITH DURATION INF REPLICATION 1 SHARD DURATION 1h NAME "points"');
  for (let shard = 0; shard < SHARDS; shard++) {
    const second = FIRST_HOUR + shard * HOUR;
    const write = (one: InfluxClient, i: number) =>
      one.write('points', `m v=1i ${second}${String(i).padStart(9, '0')}`);
    if (areTogether) {
      await Promise.all(clients.map(write));
    } else {
      await Promise.all(clients.map((_, i) => write(client, i)));
    }
  }
  const rows = await client.query('SELECT sum("v") AS "v" FROM "m" WHERE time >= 0 GROUP BY time(1h) fill(none)');
  return SHARDS - rows.filter(({ v }) => v === points).length;
}

async function main(): Promise<void> {
  const { url } = await startInflux({ dir: temporaryFolder() });
  for (const points of [2, 4, 8]) {
    for (const areTogether of [true, false]) {
      const lost = await shardsWithLoss(url, points, areTogether);
      const how = areTogether ? 'at the same time' : 'one after the other';
      process.stdout.write(`${points} points ${how}: ${lost} of ${SHARDS} shards miss some\n`);
    }
  }
}

runCommand(main);

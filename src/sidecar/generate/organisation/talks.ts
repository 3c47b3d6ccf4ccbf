import type { Boxes } from './boxes';
import { by, inNetwork, internet, nobody, service, type Party } from './parties';
import { between, direct, through, type Route } from './routes';

/** Two parties that talk now and then. */
export interface Talk {
  readonly name: string;
  readonly client: Party;
  readonly server: Party;
  readonly route: Route;
  /** IANA number. */
  readonly protocol: number;
  readonly port: number;
  /** `yes`: the server answers. `refused`: its security group lets a new connection not in; `late`: a belated packet. */
  readonly answer: 'yes' | 'refused' | 'late' | 'none';
  /** When they talk, as shares of the traffic's time. */
  readonly active: readonly [since: number, until: number];
}

/** The named networks: offices, a branch within them, and a partner's public addresses. */
export const NETWORKS = { offices: '192.168.0.0/16', branch: '192.168.8.0/24', partner: '203.0.113.0/24' } as const;

const ICMP = 1;
const TCP = 6;
const UDP = 17;

/** Who talks to whom in the organisation. */
export function makeTalks(b: Boxes): Talk[] {
  const talks: Talk[] = [];
  const talk = (client: Party, server: Party, port: number, some: Partial<Talk> = {}) =>
    talks.push({
      ...{ name: `talk ${talks.length}`, client, server, port },
      ...{ route: direct, protocol: TCP, answer: 'yes', active: [0, 1], ...some },
    });
  const s3 = service('52.218.1.1', 'S3');
  const user = internet('45.83.1.7');
  const stranger = service('18.200.1.2', 'EC2');
  const partner = inNetwork('203.0.113.7', NETWORKS.partner, true);
  const nat = through(b.nat, b.nat.anywhere[0]);
  const regional = through(b['regional-nat'], b['regional-nat'].address);
  const gateway = by(b.gateway, b.gateway.anywhere[0]);

  // The shop, from outside and inside.
  for (const client of [user, stranger, partner, internet('81.2.69.5')]) {
    talk(client, by(b.alb, b.alb.anywhere[0]), 443);
  }
  talk(internet('2a02:908::7'), by(b.alb, b.alb.anywhere[1]), 443);
  talk(by(b.alb), by(b['web-1']), 8080);
  talk(by(b.alb), by(b['web-2']), 8080);
  talk(by(b['app-2']), by(b.alb), 443);
  talk(by(b.batch), by(b.alb), 443);
  talk(by(b['web-1']), by(b['app-1']), 9000);
  talk(by(b['web-1']), by(b['app-2']), 9000);
  talk(by(b['web-2']), by(b['app-1']), 9000);
  talk(by(b['app-1']), by(b.db, b.db.further[0]), 5432);
  talk(by(b['app-2']), by(b.db), 5432);
  talk(by(b.batch), by(b.db), 5432);
  talk(by(b['app-1']), by(b.batch), 7000);
  talk(by(b['app-1']), by(b.moved), 6379);
  talk(by(b.moved), by(b.db), 5432);
  talk(by(b['app-2']), by(b.vault), 8200);
  talk(by(b.brief), by(b.db), 5432);
  talk(by(b['web-2']), by(b.brief), 7001);

  // Refused: by boxes whose sender sees it accepted, by boxes that log only that, and by one that logs none of it.
  talk(by(b['web-1']), by(b['app-1']), 22, { answer: 'refused' });
  talk(by(b['app-2']), by(b.vault), 22, { answer: 'refused' });
  talk(by(b.db), by(b.vault), 8200, { answer: 'late' });
  talk(user, by(b.bastion, b.bastion.anywhere[0]), 3389, { answer: 'refused' });
  for (const [i, port] of [22, 23, 445, 3389].entries()) {
    talk(internet(`45.83.9.${i}`), by(b.alb, b.alb.anywhere[0]), port, { answer: i % 2 ? 'late' : 'refused' });
  }
  talk(internet('45.83.9.9'), by(b.alb, b.alb.anywhere[0]), 161, { answer: 'refused', protocol: UDP });
  talk(by(b.reporter), by(b.store), 22, { answer: 'refused' });

  // Administrators.
  talk(user, by(b.bastion, b.bastion.anywhere[0]), 22);
  talk(by(b.bastion), by(b['app-1']), 22);

  // Pods, by the node's prefixes.
  talk(by(b.node, '10.0.4.20'), by(b.db), 5432);
  talk(by(b['web-2']), by(b.node, '10.0.4.21'), 8443);
  talk(by(b.node, '2001:db8:20:4:5::7'), by(b['web-1'], b['web-1'].anywhere[0]), 8080);

  // An address that is used again, and one that is named by the next hop before EC2 knows it.
  talk(by(b['worker-old']), by(b.db), 5432, { active: [0, 0.4] });
  talk(by(b['web-1']), by(b['worker-old']), 9100, { active: [0, 0.4] });
  talk(by(b['web-1']), nobody(b['worker-old'].address), 9100, { active: [0.4, 0.5], answer: 'none' });
  talk(by(b['app-1']), nobody(b['worker-old'].address), 9100, { active: [0.4, 0.5], answer: 'none' });
  talk(by(b['worker-new']), by(b.db), 5432, { active: [0.5, 1] });
  talk(by(b['web-1']), by(b['worker-new']), 9100, { active: [0.5, 1] });
  talk(by(b['web-1']), by(b.fresh), 8081);
  talk(by(b.fresh), by(b['app-2']), 9000);

  // Out of the shop.
  talk(by(b['web-1']), user, 443, { route: nat });
  talk(by(b['app-1']), partner, 443, { route: nat });
  talk(by(b.batch), stranger, 443, { route: nat });
  talk(by(b['app-2']), gateway, 443, { route: nat });
  talk(by(b.batch), gateway, 443, { route: nat });
  const inner = through(b['inner-nat'], b['inner-nat'].address);
  talk(by(b['app-2']), by(b.collector), 4318, { route: inner });
  talk(by(b.batch), by(b.collector), 4318, { route: inner });
  talk(by(b.db), s3, 443);
  talk(by(b.node, '10.0.4.22'), s3, 443);
  talk(by(b['app-1']), by(b.endpoint), 443);
  talk(by(b.batch), by(b.endpoint), 443);

  // The analysts, who use the same addresses.
  talk(by(b.gateway), by(b.ingest), 8080, { active: [0, 0.7] });
  talk(by(b.ingest), by(b.store, b.store.further[0]), 9200);
  talk(by(b.reporter), by(b.store), 9200);

  // Over peerings, the offices, and the Transit Gateway.
  talk(by(b['web-2']), by(b.dns), 53, { protocol: UDP });
  talk(by(b['app-2']), by(b.collector), 4317);
  talk(by(b.monitor), by(b['web-1']), 9101);
  talk(by(b.monitor), by(b['app-1']), 9101);
  talk(by(b.monitor), by(b.dns), 0, { protocol: ICMP });
  talk(by(b.dns), by(b.ingest), 9101);
  talk(inNetwork('192.168.1.5', NETWORKS.offices), by(b.monitor), 443);
  talk(inNetwork('192.168.8.9', NETWORKS.branch), by(b.monitor), 443);
  talk(inNetwork('192.168.8.9', NETWORKS.branch), by(b.dns), 53, { protocol: UDP });
  talk(by(b.monitor), nobody('172.20.1.1'), 514, { protocol: UDP });
  talk(by(b.monitor), internet('9.9.9.9'), 443, { route: regional });
  const transit = between(b['tgw-shared'], b['tgw-archive']);
  talk(by(b.collector), by(b['archive-1']), 9300, { route: transit });
  talk(by(b.monitor), by(b.silent), 9101, { route: transit });
  talk(by(b.silent), by(b['archive-1']), 9300);

  // What a VPC sees of which nothing is known: not even whether an address is of one of the others.
  talk(by(b.legacy), by(b['archive-1']), 9300);
  talk(by(b.legacy), by(b['web-1']), 8080);
  talk(by(b.dns), by(b.legacy), 53, { protocol: UDP });
  return talks;
}

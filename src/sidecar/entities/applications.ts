import { UNKNOWN_PLACE } from '../registry/entities';
import type { EntityRow } from '../store/schema';

/** Services that networks in AWS carry, by TCP and UDP port. Source: IANA's port registry, and common use above 1023. */
const SERVICES: ReadonlyArray<readonly [port: number, name: string]> = [
  [20, 'FTP data'],
  [21, 'FTP'],
  [22, 'SSH'],
  [23, 'Telnet'],
  [25, 'SMTP'],
  [53, 'DNS'],
  [67, 'DHCP'],
  [80, 'HTTP'],
  [88, 'Kerberos'],
  [110, 'POP3'],
  [111, 'RPC'],
  [123, 'NTP'],
  [135, 'Microsoft RPC'],
  [137, 'NetBIOS names'],
  [139, 'NetBIOS sessions'],
  [143, 'IMAP'],
  [161, 'SNMP'],
  [179, 'BGP'],
  [389, 'LDAP'],
  [443, 'HTTPS'],
  [445, 'SMB'],
  [465, 'SMTPS'],
  [500, 'IKE'],
  [514, 'Syslog'],
  [587, 'Mail submission'],
  [636, 'LDAPS'],
  [853, 'DNS over TLS'],
  [989, 'FTPS data'],
  [990, 'FTPS'],
  [993, 'IMAPS'],
  [995, 'POP3S'],
  [1194, 'OpenVPN'],
  [1433, 'SQL Server'],
  [1521, 'Oracle'],
  [2049, 'NFS'],
  [2181, 'ZooKeeper'],
  [2379, 'etcd'],
  [3128, 'Web proxy'],
  [3306, 'MySQL'],
  [3389, 'RDP'],
  [4500, 'IPsec NAT traversal'],
  [5060, 'SIP'],
  [5432, 'PostgreSQL'],
  [5439, 'Redshift'],
  [5671, 'AMQP over TLS'],
  [5672, 'AMQP'],
  [5900, 'VNC'],
  [5985, 'WinRM'],
  [6379, 'Redis'],
  [6443, 'Kubernetes API'],
  [8080, 'HTTP alternate'],
  [8086, 'InfluxDB'],
  [8443, 'HTTPS alternate'],
  [9000, 'Application server'],
  [9042, 'Cassandra'],
  [9092, 'Kafka'],
  [9200, 'OpenSearch'],
  [9300, 'OpenSearch nodes'],
  [10250, 'Kubelet'],
  [11211, 'Memcached'],
  [27017, 'MongoDB'],
  [51820, 'WireGuard'],
];

/** Protocols without ports that AWS networks carry. Source: IANA's protocol numbers. */
const PROTOCOLS: ReadonlyArray<readonly [number: number, name: string]> = [
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IP in IP'],
  [41, 'IPv6 in IP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [132, 'SCTP'],
];

/**
 * Names of applications, which come from no sync: with them reports show `HTTPS (tcp/443)` for `tcp/443`. An application
 * without a row is shown by its id.
 */
export function applicationEntities(): EntityRow[] {
  const row = (id: string, description: string): EntityRow => ({
    kind: 'application',
    id,
    label: `${description} (${id})`,
    name: `${description} (${id})`,
    ...UNKNOWN_PLACE,
  });
  return [
    ...SERVICES.flatMap(([port, name]) => [row(`tcp/${port}`, name), row(`udp/${port}`, name)]),
    ...PROTOCOLS.map(([number, name]) => row(`protocol/${number}`, name)),
  ];
}

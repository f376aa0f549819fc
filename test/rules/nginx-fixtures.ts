import type { RuleFixtures } from './fixtures.ts';
import type { NginxFixture } from './judged-nginx.ts';

type Files = Readonly<Record<string, string>>;

const main = '/etc/nginx/nginx.conf';

/** A node that is in sync with the other, but for what is its own: address, host name, paths of logs. */
function node(name: 'lb1' | 'lb2', server = '', http = ''): string {
  const address = name === 'lb1' ? '10.77.0.1' : '10.77.0.2';
  return `user www-data;
events { worker_connections 1024; }
http {
  access_log /var/log/nginx/${name}.access.log;
  ${http}
  upstream app { server 10.0.0.11:8080; server 10.0.0.12:8080; }
  server {
    listen 443 ssl;
    server_name shop.example.com;
    ssl_certificate ssl/shop.pem;
    ssl_certificate_key ssl/shop.key;
    add_header X-Node ${name};
    ${server}
    location / { proxy_pass http://app; }
  }
  server { listen ${address}:8080; location /nginx_status { stub_status; } }
  include conf.d/*.conf;
}
`;
}

function pair(lb1: Files | string, lb2: Files | string, both: Files = {}): NginxFixture {
  const filesOf = (files: Files | string) => ({ ...both, ...(typeof files === 'string' ? { [main]: files } : files) });
  return { lb1Files: filesOf(lb1), lb2Files: filesOf(lb2) };
}

/** `commands/tls.json` of a node: the certificate of shop.example.com, and its key. */
function tls(
  changes: {
    fingerprint?: string;
    notAfter?: string;
    certificate?: string;
    key?: string;
    issuer?: string;
    missing?: boolean;
  } = {},
): Files {
  const {
    fingerprint = 'AA:01',
    notAfter = '2027-06-01T00:00:00Z',
    certificate = 'c1',
    key = certificate,
    issuer = 'Example CA',
    missing = false,
  } = changes;
  return {
    '/commands/tls.json': JSON.stringify([
      {
        path: '/etc/nginx/ssl/shop.pem',
        ...(missing
          ? { exists: false }
          : {
              fingerprint,
              names: ['shop.example.com'],
              issuer,
              notBefore: '2026-01-01T00:00:00Z',
              notAfter,
              certificatePublicKey: certificate,
            }),
      },
      { path: '/etc/nginx/ssl/shop.key', keyPublicKey: key },
    ]),
  };
}

const sites = { [main]: 'events {}\nhttp { include conf.d/*.conf; }\n' };
const shop = 'server { listen 80; server_name shop.example.com; root /srv/shop; }\n';
const listening = (address: string) => ({ [main]: `events {}\nhttp { server { listen ${address}:80; } }\n` });
const sysctl = (value: number) => ({
  '/commands/sysctl.txt': `net.ipv4.ip_nonlocal_bind = ${value}\nnet.ipv6.ip_nonlocal_bind = 0\n`,
});

const processes = (start: string) => ({
  '/commands/ps.json': JSON.stringify([
    { pid: 10, ppid: 1, user: 'root', start: '2026-11-01T08:00:00Z', args: 'nginx: master process /usr/sbin/nginx' },
    {
      pid: 11,
      ppid: 10,
      user: 'www-data',
      start: '2026-11-01T08:00:00Z',
      args: 'nginx: worker process is shutting down',
    },
    { pid: 12, ppid: 10, user: 'www-data', start, args: 'nginx: worker process' },
  ]),
});
const changedAt = (mtime: string) => ({
  '/commands/stat.json': JSON.stringify([{ path: main, mode: '0644', uid: 0, gid: 0, mtime }]),
});

const build = (version: string, ...words: string[]) => ({
  '/commands/nginx-V.txt': `nginx version: nginx/${version}\nbuilt with OpenSSL 3.0.11\nconfigure arguments: --with-cc-opt='-g -O2 -ffile-prefix-map=/build/${version}=.' ${words.join(' ')}\n`,
});
const healthyFiles = {
  ...tls(),
  ...sysctl(0),
  ...build('1.22.1', '--with-http_ssl_module'),
  ...processes('2026-11-20T09:00:00Z'),
  ...changedAt('2026-11-20T08:59:59Z'),
};
const healthy: NginxFixture = pair(node('lb1'), node('lb2'), healthyFiles);

export const healthyNginx = healthy;

export const nginxFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD501',
    fires: [
      {
        name: 'a location is missing',
        on: pair(node('lb1', 'location /api { proxy_pass http://app; }'), node('lb2')),
        severity: 'error',
      },
      {
        name: 'a timeout differs',
        on: pair(node('lb1', 'proxy_read_timeout 60s;'), node('lb2', 'proxy_read_timeout 5s;')),
        severity: 'warning',
      },
      {
        name: 'a file of passwords differs',
        on: pair(
          { [main]: 'http { auth_basic_user_file users; }', '/etc/nginx/users': 'a:1\n' },
          { [main]: 'http { auth_basic_user_file users; }', '/etc/nginx/users': 'a:2\n' },
        ),
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'a pair in sync', on: healthy },
      {
        name: 'logs and workers',
        on: pair(node('lb1', '', 'access_log /a;').replace('1024', '2048'), node('lb2', '', 'access_log /b;')),
        info: ['HAD501'],
      },
      {
        name: 'what is meant to differ',
        on: { ...pair(node('lb1', 'listen 81;'), node('lb2', 'listen 82;')), ignorePaths: ['http/server */listen'] },
      },
      {
        name: 'what nginx-sync leaves out',
        on: pair(
          { ...sites, '/etc/nginx/conf.d/own.conf': 'keepalive_timeout 1;' },
          { ...sites, '/etc/nginx/conf.d/own.conf': 'keepalive_timeout 2;' },
          {
            '/etc/nginx-sync.conf': 'NODES="lb2"\nCONFPATHS="/etc/nginx"\nEXCLUDE="own.conf"\n',
          },
        ),
      },
    ],
  },
  {
    code: 'HAD502',
    fires: [
      {
        name: 'it expired on the backup',
        on: pair(
          { [main]: node('lb1'), ...tls() },
          { [main]: node('lb2'), ...tls({ fingerprint: 'BB:02', notAfter: '2026-11-01T00:00:00Z' }) },
        ),
        severity: 'error',
      },
      {
        name: 'another key',
        on: pair({ [main]: node('lb1'), ...tls() }, { [main]: node('lb2'), ...tls({ key: 'c2' }) }),
        severity: 'error',
      },
      {
        name: 'it is missing',
        on: pair({ [main]: node('lb1'), ...tls() }, { [main]: node('lb2'), ...tls({ missing: true }) }),
        severity: 'error',
      },
      {
        name: 'another issuer',
        on: pair(
          { [main]: node('lb1'), ...tls() },
          { [main]: node('lb2'), ...tls({ fingerprint: 'BB:02', issuer: 'shop.example.com' }) },
        ),
        severity: 'error',
      },
      {
        name: 'a key where a certificate should be',
        on: {
          lb1Files: {
            [main]: node('lb1'),
            '/etc/nginx/ssl/shop.pem': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
          },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'a pair in sync', on: healthy },
      {
        name: 'each node has its own',
        on: pair(
          { [main]: node('lb1'), ...tls() },
          { [main]: node('lb2'), ...tls({ fingerprint: 'BB:02', certificate: 'c2' }) },
        ),
        info: ['HAD502'],
      },
      { name: 'files that are not part of the evidence', on: pair(node('lb1'), node('lb2')) },
    ],
  },
  {
    code: 'HAD503',
    fires: [
      {
        name: 'on the backup',
        on: pair(listening('10.77.0.100'), listening('10.77.0.100'), sysctl(0)),
        severity: 'error',
      },
      {
        name: 'on an address of nobody',
        on: { lb1Files: { ...listening('10.99.99.99'), ...sysctl(0) } },
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'the kernel lets it', on: pair(listening('10.77.0.100'), listening('10.77.0.100'), sysctl(1)) },
      { name: 'its own address', on: { lb1Files: { ...listening('10.77.0.1'), ...sysctl(0) } } },
      { name: 'every address', on: pair(listening('0.0.0.0'), listening('0.0.0.0'), sysctl(0)) },
    ],
  },
  {
    code: 'HAD504',
    fires: [
      {
        name: 'a file is newer',
        on: {
          lb1Files: { [main]: node('lb1'), ...processes('2026-11-20T09:00:00Z'), ...changedAt('2026-11-20T09:10:00Z') },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      {
        name: 'loaded since',
        on: {
          lb1Files: { [main]: node('lb1'), ...processes('2026-11-20T09:00:00Z'), ...changedAt('2026-11-20T08:10:00Z') },
        },
      },
      {
        name: 'in the same second',
        on: {
          lb1Files: {
            [main]: node('lb1'),
            ...processes('2026-11-20T09:00:00Z'),
            ...changedAt('2026-11-20T09:00:01.5Z'),
          },
        },
      },
    ],
  },
  {
    code: 'HAD505',
    fires: [
      {
        name: 'versions',
        on: pair({ ...sites, ...build('1.22.1') }, { ...sites, ...build('1.26.3') }),
        severity: 'warning',
      },
      {
        name: 'modules',
        on: pair({ ...sites, ...build('1.22.1', '--with-http_v2_module') }, { ...sites, ...build('1.22.1') }),
        severity: 'warning',
      },
    ],
    looksAlike: [
      {
        name: 'built elsewhere, in another order',
        on: pair(
          { ...sites, ...build('1.22.1', '--with-a', '--with-b') },
          { ...sites, ...build('1.22.1', '--with-b', "--with-ld-opt='-Wl,-z,now'", '--with-a') },
        ),
      },
    ],
  },
  {
    code: 'HAD506',
    fires: [
      {
        name: 'a site on one node only',
        on: pair({ ...sites, '/etc/nginx/conf.d/shop.conf': shop }, sites),
        severity: 'error',
      },
      {
        name: 'a file that is named',
        on: pair(
          { [main]: 'http { auth_basic_user_file users; }', '/etc/nginx/users': 'a:1\n' },
          { [main]: 'http { auth_basic_user_file users; }' },
        ),
        severity: 'error',
      },
    ],
    looksAlike: [
      {
        name: 'the same under another name',
        on: pair(
          { ...sites, '/etc/nginx/conf.d/shop.conf': shop },
          { ...sites, '/etc/nginx/conf.d/10-shop.conf': shop },
        ),
      },
      { name: 'a file that nobody uses', on: pair({ ...sites, '/etc/nginx/conf.d/shop.conf.bak': shop }, sites) },
    ],
  },
  {
    code: 'HAD507',
    fires: [
      {
        name: 'a brace is missing',
        on: { lb1Files: { [main]: 'events {}\nhttp { server { listen 80; }\n' } },
        severity: 'error',
      },
      {
        name: 'a directive in a wrong place',
        on: { lb1Files: { [main]: 'events {}\nhttp { proxy_pass http://a; }\n' } },
        severity: 'error',
      },
      {
        name: 'nginx says so',
        on: {
          lb1Files: {
            ...sites,
            '/commands/nginx-t.txt':
              '2026/11/20 10:00:00 [emerg] 7#7: host not found in upstream "app" in /etc/nginx/conf.d/a.conf:3\nnginx: configuration file /etc/nginx/nginx.conf test failed\n',
          },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      {
        name: 'a directive of a module that we do not know',
        on: { lb1Files: { [main]: 'events {}\nhttp { vhost_traffic_status_zone; }\n' } },
        info: ['HAD507'],
      },
      {
        name: 'nginx takes it',
        on: {
          lb1Files: {
            [main]: 'events {}\nhttp { vhost_traffic_status_zone; }\n',
            '/commands/nginx-t.txt':
              'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
          },
        },
      },
    ],
  },
];

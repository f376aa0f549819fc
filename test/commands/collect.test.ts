import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdMissing, startSshd, type TestSshd } from '../node/sshd.ts';
import { haDoctor, isInstalled } from './run.ts';

const missing = sshdMissing() ?? (isInstalled('keepalived') && isInstalled('nginx') ? null : 'no keepalived or nginx');
if (missing !== null) console.log(`collect is not tested: ${missing}`);

/** What no bundle may hold. */
const secrets = {
  vrrp: 'sesame-and-more',
  aws: 'wJalrXUtnFEMIK7MDENGbPxRfiCY',
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  url: 'url-passphrase',
  log: 'hunter2-in-a-log',
  header: 'bmdpbng6c2VjcmV0',
};

const keepalivedConf = (state: string, priority: number, password: string) => `global_defs {
  router_id LB
  enable_script_security
  script_user root
}
include conf.d/*.conf
vrrp_script chk {
  script "/etc/keepalived/check.sh ${state}"
  interval 2
  weight -50
}
vrrp_instance VI_1 {
  state ${state}
  interface lo
  virtual_router_id 61
  priority ${priority}
  authentication {
    auth_type PASS
    auth_pass ${password}
  }
  virtual_ipaddress {
    10.99.0.100/24
  }
  track_script {
    chk
  }
  notify "/bin/sh /etc/keepalived/notify.sh"
}
`;

const script = `#!/bin/sh
export AWS_ACCESS_KEY_ID=${secrets.accessKey} AWS_SECRET_ACCESS_KEY="${secrets.aws}"
exec curl -fs https://monitor:${secrets.url}@127.0.0.1/health
`;

const nginxConf = `events {}
http {
  include sites/*.conf;
  server {
    listen 127.0.0.1:8443 ssl;
    ssl_certificate tls/web.pem;
    ssl_certificate_key tls/web.key;
    auth_basic "closed";
    auth_basic_user_file htpasswd;
    location / { proxy_set_header Authorization "Basic ${secrets.header}"; proxy_pass http://127.0.0.1:8080; }
  }
}
`;

const stamp = () => new Date(Date.now() - 600_000).toISOString().replace(/\.\d+Z/, '.000000+00:00');

describe.skipIf(missing !== null)('collect, from two nodes by ssh', () => {
  let folder: string;
  let key: string;
  const sshds: TestSshd[] = [];

  /** Makes of the mount namespace of an sshd a node with files of its own. */
  function furnish(sshd: TestSshd, name: string, priority: number, password: string): void {
    const root = join(folder, name);
    const put = (path: string, text: string, mode = 0o644) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode });
    };
    put(
      'etc/keepalived/keepalived.conf',
      keepalivedConf(name === 'lb1' ? 'MASTER' : 'BACKUP', priority, password),
      0o640,
    );
    put('etc/keepalived/conf.d/more.conf', 'vrrp_sync_group G {\n  group {\n    VI_1\n  }\n}\n');
    put('etc/keepalived/check.sh', script, 0o755);
    put('etc/keepalived/notify.sh', '#!/bin/sh\nexit 0\n', 0o755);
    put('etc/keepalived/$(touch pwned)\x1b[2J.txt', 'a name');
    put('etc/nginx/nginx.conf', nginxConf);
    put('etc/nginx/sites/a.conf', `server { listen 127.0.0.1:${priority}; }\n`);
    put('etc/nginx/htpasswd', 'ops:$apr1$abcdefgh$0123456789abcdefghijk.\n', 0o640);
    mkdirSync(join(root, 'etc/nginx/tls'));
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90'].concat(
        ['-subj', '/CN=web.example', '-addext', 'subjectAltName=DNS:web.example,IP:10.99.0.100'],
        ['-keyout', join(root, 'etc/nginx/tls/web.key'), '-out', join(root, 'etc/nginx/tls/web.pem')],
      ),
      { stdio: 'ignore' },
    );
    put('hostname', `${name}\n`);
    put(
      'log/syslog',
      [
        `${stamp()} ${name} systemd[1]: nothing to us`,
        `${stamp()} ${name} Keepalived_vrrp[7]: (VI_1) Entering BACKUP STATE (init)`,
        `${stamp()} ${name} Keepalived_vrrp[7]: (VI_1) Entering MASTER STATE`,
        `${stamp()} ${name} notify[9]: keepalived VI_1 password=${secrets.log}`,
        '',
      ].join('\n'),
    );
    sshd.exec(
      [
        ...['keepalived', 'nginx'].map((part) => `mount --bind ${root}/etc/${part} /etc/${part}`),
        `mount --bind ${root}/hostname /etc/hostname`,
        `mount --bind ${root}/log /var/log`,
        'mount -t tmpfs none /run && mkdir /run/sshd',
        "echo 'STATE=MASTER' >/run/nginx-ha-keepalived.state",
      ].join(' && '),
    );
    key = readFileSync(join(root, 'etc/nginx/tls/web.key'), 'utf8').split('\n')[1]!;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ha-doctor-collect-'));
    for (const [name, priority, password] of [
      ['lb1', 8101, secrets.vrrp],
      ['lb2', 8100, `${secrets.vrrp}2`],
    ] as const) {
      const sshd = await startSshd(true);
      sshds.push(sshd);
      furnish(sshd, name, priority % 8000, password);
    }
    const [one, two] = sshds;
    const wrapper = `#!/bin/sh\ncase " $* " in *lb2*) exec ${two?.ssh} "$@" ;; esac\nexec ${one?.ssh} "$@"\n`;
    writeFileSync(join(folder, 'ssh'), wrapper, { mode: 0o755 });
  }, 60_000);
  afterAll(() => {
    for (const sshd of sshds) sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    haDoctor(args, { cwd: folder, env: { PATH: `${folder}:${process.env['PATH']}`, HOME: folder } });
  const unpacked = (name: string) =>
    execFileSync('sh', ['-c', `gunzip -c ${join(folder, name)} | strings -n 1`], { encoding: 'utf8', maxBuffer: 1e8 });
  const names = (name: string) => execFileSync('tar', ['-tzf', join(folder, name)], { encoding: 'utf8' }).split('\n');

  test('writes a bundle that only its owner reads, without secrets', async () => {
    const { stdout, stderr, exitCode } = await run(
      'collect',
      'root@lb1',
      'root@lb2',
      '-o',
      'pair.tgz',
      '--since',
      '-2h',
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^pair\.tgz {2}\d+ KiB, secrets masked\nlb1 {2}\d+ files\n/);
    expect(statSync(join(folder, 'pair.tgz')).mode & 0o777).toBe(0o600);
    const text = unpacked('pair.tgz');
    for (const secret of [...Object.values(secrets), key, '$apr1$', 'sesame-a']) expect(text).not.toContain(secret);
    expect(text).toMatch(/auth_pass \*{4}\([0-9a-f]{6}-[0-9a-f]{8}\+\)/);
    expect(text).not.toContain('nothing to us\n4');
    const files = names('pair.tgz');
    for (const file of [
      'lb1/manifest.json',
      'lb1/etc/keepalived/conf.d/more.conf',
      'lb1/etc/keepalived/check.sh',
      'lb1/etc/nginx/sites/a.conf',
      'lb1/var/run/nginx-ha-keepalived.state',
      'lb1/var/log/syslog',
      'lb1/commands/stat.json',
      'lb2/commands/tls.json',
    ])
      expect(files).toContain(file);
    expect(files.join('\n')).not.toMatch(/web\.key|htpasswd/);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test('is not written over another file', async () => {
    writeFileSync(join(folder, 'there.tgz'), 'mine');
    const { stderr, exitCode } = await run('collect', 'root@lb1', '-o', 'there.tgz');
    expect({ stderr, exitCode }).toEqual({
      stderr:
        'ha-doctor: error: cannot write there.tgz: there is such a file already\nha-doctor: hint: give -o another name\n',
      exitCode: 2,
    });
    expect(readFileSync(join(folder, 'there.tgz'), 'utf8')).toBe('mine');
  });

  /** Without what is of one moment, or names where it was read. */
  const timeless = (text: string) =>
    text
      .replaceAll(/"(time|since)":"[^"]*"/g, '"$1":null')
      .replaceAll(/, \d+ s ago|, now|, \d\d:\d\d:\d\d\.\d{3}|"journal",/g, '')
      .replaceAll(/"(?:file|source)":"[^"]*?(\/var\/log\/syslog|\/etc\/[^"]*)"/g, '"file":"$1"')
      .replaceAll(/\*{4}\([0-9a-f]+\)/g, '****')
      .replaceAll(/pair\.tgz:lb\d|\/[^"]*\/unpacked\/lb\d/g, '');

  test.each([
    ['check', '--no-listen', '--json'],
    ['diff', '--json'],
    ['diff', '--unified'],
    ['simulate', '--json'],
    ['status', '--no-listen', '--json'],
    ['logs', '--since=-1h', '--json'],
  ])('%s %s says of the bundle what it says of the nodes', async (command, ...options) => {
    const live = await run(command, ...options, 'root@lb1', 'root@lb2');
    const later = await run(command, ...options, 'pair.tgz');
    expect(live.stdout.length).toBeGreaterThan(100);
    const shown = ({ stdout, ...rest }: typeof live) => ({
      ...rest,
      stdout: options.includes('--json') ? (JSON.parse(timeless(stdout)) as object) : timeless(stdout),
    });
    expect(shown(later)).toEqual(shown(live));
  });

  test('unpacked, it is two nodes as well', async () => {
    const there = join(folder, 'unpacked');
    mkdirSync(there);
    execFileSync('tar', ['-xzf', join(folder, 'pair.tgz'), '-C', there]);
    const packed = await run('check', '--json', 'pair.tgz');
    const { stdout } = await run('check', '--json', 'unpacked/lb1', 'unpacked/lb2');
    expect(JSON.parse(timeless(stdout))).toEqual(JSON.parse(timeless(packed.stdout)));
  });

  test('rules decide on marks: longer than 8 bytes, and alike in them', async () => {
    const codes = async (...nodes: string[]) =>
      (JSON.parse((await run('diff', '--json', ...nodes)).stdout) as { findings: { code: string }[] }).findings.map(
        ({ code }) => code,
      );
    expect(await codes('pair.tgz')).not.toContain('HAD302');
    const check = JSON.parse((await run('check', '--json', 'pair.tgz')).stdout) as { findings: { code: string }[] };
    expect(check.findings.map(({ code }) => code)).toContain('HAD401');
  });

  test('packets, without the passwords in them', async () => {
    const sender = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
m = bytearray([0x21, 61, 100, 1, 1, 1, 0, 0, 10, 99, 0, 100]) + b'sesame-a'
t = sum((m[i] << 8) + m[i + 1] for i in range(0, len(m), 2))
while t >> 16: t = (t & 0xffff) + (t >> 16)
m[6], m[7] = (~t >> 8) & 255, ~t & 255
import time
for i in range(300):
    s.sendto(bytes(m), ('127.0.0.1', 0)); time.sleep(0.1)
`;
    const sending = beside('python3', ['-c', sender]);
    const { exitCode } = await run('collect', 'root@lb1', '-o', 'packets.tgz', '--packets', '1.5');
    sending();
    expect(exitCode).toBe(0);
    expect(names('packets.tgz')).toContain('lb1/captures/lo.pcap');
    expect(unpacked('packets.tgz')).not.toContain('sesame');
    execFileSync('tar', [
      '-xzf',
      join(folder, 'packets.tgz'),
      '-C',
      folder,
      'lb1/captures/lo.pcap',
      '--transform=s,.*/,,',
    ]);
    const { stdout } = await run('sniff', '-r', 'lo.pcap', '--json');
    const advert = JSON.parse(stdout.split('\n')[0]!) as object;
    expect(advert).toMatchObject({ type: 'advert', vrid: 61, checksum: 'good', authtype: 'simple' });
    expect(advert).toMatchObject({ auth: expect.stringMatching(/^\*[0-9a-f]{7}$/) });
  });

  test('a user without privileges: what is refused stands in the manifest, and is no failure', async () => {
    const { stdout, exitCode } = await run('collect', '--json', 'ha-plain@lb1', '-o', 'plain.tgz');
    expect(exitCode).toBe(0);
    const { nodes } = JSON.parse(stdout) as { nodes: { refused: { name: string; reason: string }[] }[] };
    expect(nodes[0]?.refused).toContainEqual({
      ...{ name: '/etc/keepalived/keepalived.conf', refusal: 'denied', reason: 'permission denied' },
    });
    const live = await run('simulate', 'ha-plain@lb1');
    const later = await run('simulate', 'plain.tgz');
    expect(live.stderr).toContain('permission denied');
    expect(later).toEqual(live);
  });

  test('a node that cannot be reached leaves the other, and exits 2; alone, nothing is written', async () => {
    const both = await run('collect', 'root@lb1', 'nobody-at-all@lb2', '-o', 'half.tgz');
    expect(both.exitCode).toBe(2);
    expect(both.stderr).toMatch(/^ha-doctor: error: cannot reach lb2: .*Permission denied.*\n$/);
    expect(names('half.tgz').filter((name) => name.startsWith('lb2/'))).toEqual(['lb2/manifest.json']);
    const later = await run('status', '--no-listen', 'half.tgz');
    expect(later.exitCode).toBe(2);
    expect(later.stderr).toMatch(/cannot reach lb2/);
    const none = await run('collect', 'nobody-at-all@lb2', '-o', 'none.tgz');
    expect(none.exitCode).toBe(2);
    expect(existsSync(join(folder, 'none.tgz'))).toBe(false);
  });

  test('a hostile node fills nothing and holds nobody up', async () => {
    sshds[0]?.exec(
      [
        'truncate -s 10G /etc/keepalived/huge',
        'mkfifo /etc/keepalived/fifo',
        'ln -s /dev/zero /etc/keepalived/zero',
        'ln -s ../../../../../../etc/shadow /etc/keepalived/shadow',
        'mkdir -p /run/bin && printf "#!/bin/sh\\nyes\\n" >/run/bin/nmcli && chmod 755 /run/bin/nmcli',
        'mount --bind /run/bin /usr/local/sbin',
      ].join(' && '),
    );
    const started = performance.now();
    const { stdout, exitCode } = await run('collect', '--json', 'root@lb1', '-o', 'hostile.tgz');
    sshds[0]?.exec('umount /usr/local/sbin; rm /etc/keepalived/huge /etc/keepalived/fifo /etc/keepalived/zero');
    expect(exitCode).toBe(0);
    expect(performance.now() - started).toBeLessThan(20_000);
    const { nodes } = JSON.parse(stdout) as { nodes: { refused: { name: string; refusal: string }[] }[] };
    const refusals = new Map(nodes[0]?.refused.map(({ name, refusal }) => [name, refusal]));
    expect(refusals.get('/etc/keepalived/huge')).toBe('too-large');
    expect(refusals.get('nmcli.txt')).toBe('too-large');
    expect(statSync(join(folder, 'hostile.tgz')).size).toBeLessThan(2_000_000);
  });
});

/** Starts a program beside a test; call what it gives to end it. */
function beside(program: string, args: readonly string[]): () => void {
  const child = spawn(program, args, { stdio: 'ignore' });
  return () => child.kill();
}

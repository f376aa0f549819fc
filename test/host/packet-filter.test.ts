import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeByIptables } from '../../src/host/iptables.ts';
import { judgeByNftables } from '../../src/host/nftables.ts';
import { isAddressIn } from '../../src/host/packet-filter.ts';
import type { ArrivingPacket } from '../../src/model/host.ts';

const unicast: ArrivingPacket = {
  family: 'ipv4',
  protocol: 112,
  interfaceName: 'lo',
  source: '127.0.0.1',
  destination: '127.0.0.9',
};

/** Input rules of one chain, and whether an advert from 127.0.0.1 to 127.0.0.9 gets through: asked of the kernel too. */
const rules: readonly (readonly [
  name: string,
  policy: 'accept' | 'drop',
  rules: readonly string[],
  verdict: string,
])[] = [
  ['an empty chain', 'accept', [], 'accept'],
  ['a policy of drop', 'drop', [], 'drop'],
  ['VRRP let in by name', 'drop', ['ip protocol vrrp accept'], 'accept'],
  ['VRRP let in by number', 'drop', ['meta l4proto 112 accept'], 'accept'],
  ['VRRP dropped', 'accept', ['ip protocol vrrp drop'], 'drop'],
  [
    'VRRP rejected with a counter and a log',
    'accept',
    ['ip protocol 112 counter log prefix "no vrrp " reject'],
    'drop',
  ],
  ['all but VRRP dropped', 'accept', ['meta l4proto != vrrp drop'], 'accept'],
  ['a set with VRRP', 'drop', ['ip protocol { tcp, vrrp, udp } accept'], 'accept'],
  ['a set without', 'drop', ['ip protocol { tcp, udp } accept'], 'drop'],
  [
    'ports of others',
    'drop',
    ['tcp dport { 22, 80, 443 } accept', 'udp dport 53 accept', 'icmp type echo-request accept'],
    'drop',
  ],
  ['connections that are known', 'drop', ['ct state established,related accept', 'ct state invalid drop'], 'drop'],
  [
    'a verdict map',
    'drop',
    ['ct state vmap { established : accept, related : accept, invalid : drop }', 'ip protocol vrrp accept'],
    'accept',
  ],
  ['another source', 'drop', ['ip saddr 10.0.0.0/8 ip protocol vrrp accept'], 'drop'],
  ['this source', 'drop', ['ip saddr 127.0.0.0/29 ip protocol vrrp accept'], 'accept'],
  ['a range of sources', 'drop', ['ip saddr 127.0.0.1-127.0.0.3 accept'], 'accept'],
  ['a source that is not meant', 'drop', ['ip saddr != 127.0.0.1 accept'], 'drop'],
  ['the multicast group only', 'drop', ['ip daddr 224.0.0.18 accept'], 'drop'],
  ['this interface', 'drop', ['iifname "lo" accept'], 'accept'],
  ['another interface', 'drop', ['iifname "eth*" accept'], 'drop'],
  ['the first that decides', 'accept', ['ip protocol vrrp accept', 'ip protocol vrrp drop'], 'accept'],
  ['IPv6 only', 'drop', ['ip6 nexthdr vrrp accept'], 'drop'],
  ['IPv4 at all', 'drop', ['meta nfproto ipv4 accept'], 'accept'],
];

const hasNft = (() => {
  try {
    execFileSync('unshare', ['-n', 'nft', 'list', 'ruleset']);
    execFileSync('python3', ['-V']);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();
if (!hasNft) console.log('packet filters are not compared with the kernel: that needs root, nft and python3');

/** Loads input rules into a network namespace of its own, sends an advert, and says what `nft list ruleset` and the kernel say. */
function askKernel(policy: string, lines: readonly string[]): { ruleset: string; passed: boolean } {
  const table = [
    'table inet fw {',
    `  chain input { type filter hook input priority 0; policy ${policy};`,
    ...lines,
    '  }',
    '}',
  ].join('\n');
  const seen = 'table inet seen { chain input { type filter hook input priority 10; meta l4proto 112 counter; }; }';
  const send = [
    'import socket',
    's = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)',
    's.bind(("127.0.0.1", 0))',
    's.sendto(bytes(20), ("127.0.0.9", 0))',
  ].join('\n');
  const script = [
    'ip link set lo up',
    'printf "%s" "$1" | nft -f -',
    'nft list ruleset',
    'printf "%s" "$2" | nft -f -',
    'python3 -c "$3"',
    'echo =====',
    'nft list table inet seen',
  ].join('\n');
  const output = execFileSync('unshare', ['-n', 'sh', '-c', script, 'sh', table, seen, send], { encoding: 'utf8' });
  const [ruleset = '', counted = ''] = output.split('=====\n');
  return { ruleset, passed: /counter packets 1 /.test(counted) };
}

describe.skipIf(!hasNft)('nft list ruleset, judged as the kernel does', () => {
  test.each(rules)('%s (policy %s)', (_name, policy, lines, verdict) => {
    const { ruleset, passed } = askKernel(policy, lines);
    expect(passed ? 'accept' : 'drop').toBe(verdict);
    expect(judgeByNftables(ruleset, unicast)?.verdict).toBe(verdict);
  });

  test('chains that call each other, and a long set', () => {
    const many = Array.from({ length: 40 }, (_, i) => `192.0.2.${i * 2 + 1}`).join(', ');
    const { ruleset, passed } = askKernel('drop', [
      `ip saddr { ${many} } accept`,
      'jump more',
      '}',
      'chain more {',
      'ip protocol vrrp accept',
    ]);
    expect(ruleset.split('\n').length).toBeGreaterThan(10);
    expect(judgeByNftables(ruleset, unicast)?.verdict).toBe(passed ? 'accept' : 'drop');
  });
});

describe('iptables-save', () => {
  const saved = (policy: string, ...lines: readonly string[]) =>
    [
      '*nat',
      ':INPUT ACCEPT [0:0]',
      'COMMIT',
      '*filter',
      `:INPUT ${policy} [0:0]`,
      ':OUTPUT ACCEPT [0:0]',
      ':ufw - [0:0]',
      ...lines,
      'COMMIT',
      '',
    ].join('\n');
  test.each([
    ['an empty chain', saved('ACCEPT'), 'accept'],
    ['a policy of drop', saved('DROP'), 'drop'],
    ['VRRP by name', saved('DROP', '-A INPUT -p vrrp -j ACCEPT'), 'accept'],
    ['VRRP by number, with counters', saved('DROP', '[5:200] -A INPUT -p 112 -j ACCEPT'), 'accept'],
    ['not VRRP', saved('ACCEPT', '-A INPUT ! -p vrrp -j DROP'), 'accept'],
    ['a port', saved('DROP', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT'), 'drop'],
    ['known connections', saved('DROP', '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'), 'drop'],
    [
      'a chain of its own',
      saved(
        'DROP',
        '-A INPUT -j ufw',
        '-A ufw -s 127.0.0.0/8 -p vrrp -m comment --comment "the pair -j DROP" -j ACCEPT',
      ),
      'accept',
    ],
    ['a chain that returns', saved('DROP', '-A INPUT -j ufw', '-A ufw -p vrrp -j RETURN', '-A ufw -j ACCEPT'), 'drop'],
    ['a test that is not understood', saved('DROP', '-A INPUT -p vrrp -m time --timestart 08:00 -j ACCEPT'), 'unknown'],
    [
      'one that does not matter',
      saved('ACCEPT', '-A INPUT -p tcp -m time --timestart 08:00 -j DROP', '-A INPUT -p vrrp -j REJECT'),
      'drop',
    ],
    ['a chain that calls itself', saved('ACCEPT', '-A INPUT -j ufw', '-A ufw -j ufw'), 'accept'],
  ])('%s', (_name, text, verdict) => {
    expect(judgeByIptables(text, unicast)?.verdict).toBe(verdict);
  });

  test('chains that call each other twice over are not followed without end', () => {
    const chains = Array.from({ length: 30 }, (_, i) => `-A c${i} -j c${i + 1}\n-A c${i} -j c${i + 1}`);
    const names = Array.from({ length: 31 }, (_, i) => `:c${i} - [0:0]`);
    const text = saved('ACCEPT', '-A INPUT -j c0', ...chains).replace(':INPUT', `${names.join('\n')}\n:INPUT`);
    expect(judgeByIptables(text, unicast)?.verdict).toBe('unknown');
  });

  test('the rule that decides is named with its line', () => {
    expect(judgeByIptables(saved('ACCEPT', '-A INPUT -p vrrp -j DROP'), unicast)).toEqual({
      verdict: 'drop',
      rule: { line: 8, text: '-A INPUT -p vrrp -j DROP', words: ['-p', 'vrrp', '-j', 'DROP'] },
      reason: '-A INPUT -p vrrp -j DROP',
      chain: 'INPUT',
    });
  });

  test('no output of the command is no verdict', () => {
    expect(judgeByIptables('', unicast)).toBeNull();
    expect(judgeByNftables('nft: command not found', unicast)).toBeNull();
    expect(judgeByNftables('', unicast)?.verdict).toBe('accept');
  });
});

test('addresses in ranges', () => {
  expect(isAddressIn('fe80::1', 'fe80::/10')).toBe(true);
  expect(isAddressIn('fe80::1', 'ff00::/8')).toBe(false);
  expect(isAddressIn('2001:db8::1', '2001:db8:0:0:0:0:0:1')).toBe(true);
  expect(isAddressIn('10.1.2.3', '10.1.0.0/255.255.0.0')).toBe(true);
  expect(isAddressIn('10.1.2.3', 'fe80::/10')).toBe(false);
  expect(isAddressIn('10.1.2.3', '@trusted')).toBeNull();
});

test('no rule set makes it throw', () => {
  const words = fc.constantFrom(
    'table',
    'inet',
    'chain',
    '{',
    '}',
    'ip',
    'saddr',
    'vmap',
    'accept',
    '-A',
    'INPUT',
    '-p',
    '!',
    '*filter',
    '\n',
    ':INPUT DROP',
    '"',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 60 }), (parts) => {
      judgeByNftables(parts.join(' '), unicast);
      judgeByIptables(parts.join(' '), unicast);
    }),
  );
});

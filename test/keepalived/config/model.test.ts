import { describe, expect, test } from 'vitest';
import type { VrrpInstance } from '../../../src/model/keepalived.ts';
import { complaints, parse } from './conf.ts';

const head = 'interface eth0\nvirtual_router_id 51\n';
const vip = 'virtual_ipaddress { 10.77.0.100/24 }\n';

/** The one instance with these lines in it, and what else is in the file. */
function instanceOf(lines: string, rest = ''): VrrpInstance {
  const [instance] = parse(`${rest}\nvrrp_instance VI_1 {\n${head}${lines}\n}`).instances;
  if (instance === undefined) throw new Error('no instance');
  return instance;
}

describe('version and family', () => {
  test.each([
    [vip, '', 'ipv4', 2],
    [vip, 'global_defs { vrrp_version 3 }', 'ipv4', 3],
    [`version 3\n${vip}`, '', 'ipv4', 3],
    [`version 2\n${vip}`, 'global_defs { vrrp_version 3 }', 'ipv4', 2],
    [`version 3\nversion 2\n${vip}`, '', 'ipv4', 3],
    ['virtual_ipaddress { fd77::100 }', '', 'ipv6', 3],
    ['virtual_ipaddress { fd77::100 }\nversion 2', '', 'ipv6', 3],
    ['version 2\nvirtual_ipaddress { fd77::100 }', '', 'ipv6', 2],
    ['unicast_src_ip fd77::1\nvirtual_ipaddress { 10.0.0.1 }', '', 'ipv6', 3],
    ['native_ipv6', '', 'ipv6', 3],
  ])('%j with %j: %s, %i', (lines, rest, family, version) => {
    const instance = instanceOf(lines, rest);
    expect([instance.family, instance.version.value]).toEqual([family, version]);
  });

  test('an address of the other family is left out, but for those that are excluded', () => {
    const lines = 'virtual_ipaddress {\n10.0.0.1\nfd77::1\n}\nvirtual_ipaddress_excluded { fd77::2 }';
    const instance = instanceOf(lines);
    expect(instance.vips.map(({ address }) => address)).toEqual(['10.0.0.1']);
    expect(instance.excludedVips.map(({ address }) => address)).toEqual(['fd77::2']);
    expect(complaints(`vrrp_instance A {\n${head}${lines}\n}`)).toContain('6 family');
  });
});

describe('who leads', () => {
  test.each([
    ['', 100, 'BACKUP'],
    ['priority 150', 150, 'BACKUP'],
    ['state MASTER', 255, 'MASTER'],
    ['state MASTER\npriority 101', 101, 'MASTER'],
    ['priority 255', 255, 'MASTER'],
    ['priority 256', 100, 'BACKUP'],
    ['priority 1e2', 100, 'BACKUP'],
    ['state SLAVE', 100, 'BACKUP'],
    ['state MASTER\nstate BACKUP\npriority 9', 9, 'MASTER'],
    ['state MASTER\npriority 9\nauthentication {\nauth_type AH\nauth_pass x\n}', 9, 'BACKUP'],
  ])('%j', (lines, priority, state) => {
    const instance = instanceOf(`${lines}\n${vip}`);
    expect([instance.priority.value, instance.state.value]).toEqual([priority, state]);
  });

  test.each([
    ['nopreempt', true, 0],
    ['nopreempt\npreempt', false, 0],
    ['nopreempt\nstate MASTER\npriority 9', false, 0],
    ['nopreempt\npriority 255', false, 0],
    ['preempt_delay 7', false, 7],
    ['preempt_delay 7\nnopreempt', true, 0],
    ['preempt_delay 7\nstate MASTER\npriority 9', false, 0],
    ['preempt_delay 7\nstrict_mode', false, 0],
    ['preempt_delay 7\npreempt_delay 2000', false, 7],
  ])('%j', (lines, nopreempt, delay) => {
    const instance = instanceOf(`${lines}\n${vip}`);
    expect([instance.nopreempt.value, instance.preemptDelaySeconds.value]).toEqual([nopreempt, delay]);
    if (lines.includes('nopreempt')) expect(instance.nopreempt.line).not.toBeNull();
  });
});

describe('what is sent', () => {
  test.each([
    ['advert_int 1.4', 2, 1],
    ['advert_int 0.2', 2, 1],
    ['advert_int 0.257', 3, 0.26],
    ['advert_int 60', 3, 40.95],
    ['advert_int 0.001', 3, 1],
    ['advert_int 2\nadvert_int x', 3, 2],
  ])('%s in VRRPv%i: %f', (line, version, seconds) => {
    expect(instanceOf(`version ${version}\n${line}\n${vip}`).intervalSeconds.value).toBe(seconds);
  });

  test.each([
    ['unicast_src_ip 10.0.0.1/24\nunicast_peer {\n10.0.0.2/24\n10.0.0.2\n}', 'unicast', '10.0.0.1', ['10.0.0.2']],
    ['unicast_src_ip 10.0.0.1\nunicast_peer {\n}', 'multicast', '10.0.0.1', []],
    ['mcast_src_ip 10.0.0.1', 'multicast', '10.0.0.1', []],
    ['unicast_peer {\nFD77::0:2\nhost\n}', 'unicast', null, ['fd77::2']],
  ])('%j', (lines, mode, source, peers) => {
    const instance = instanceOf(lines);
    const found = instance.peers.map(({ address }) => address);
    expect([instance.mode, instance.sourceAddress.value, found]).toEqual([mode, source, peers]);
  });

  test('an address with all that ip-address(8) has', () => {
    const line = '10.77.0.100/24 brd 10.77.0.255 dev eth1 label eth1:a scope host no_track';
    expect(instanceOf(`virtual_ipaddress {\n${line}\n}`).vips).toMatchObject([
      {
        address: '10.77.0.100',
        prefixLength: 24,
        broadcast: '10.77.0.255',
        dev: 'eth1',
        label: 'eth1:a',
        scope: 'host',
        flags: ['no_track'],
      },
    ]);
  });
});

describe('authentication', () => {
  const auth = (type: string, password: string): string =>
    `${vip}authentication {\n${type === '' ? '' : `auth_type ${type}`}\n${password === '' ? '' : `auth_pass ${password}`}\n}`;

  test.each([
    ['PASS', 'secret', '', true],
    ['PASS', 'secret', 'version 3\n', false],
    ['PASS', 'secret', 'strict_mode\n', false],
    ['PASS', '', '', false],
    ['', 'secret', '', false],
    ['PLAIN', 'secret', '', false],
  ])('%s %s %j: %s', (type, password, lines, isInEffect) => {
    expect(instanceOf(lines + auth(type, password)).authentication?.isInEffect).toBe(isInEffect);
  });

  test.each([
    ['12345678', '12345678', false],
    ['123456789', '12345678', true],
    ['"a b"', 'a b', false],
    ['ééééé', 'Ã©Ã©Ã©Ã©', true],
  ])('%s', (written, significant, isLonger) => {
    expect(instanceOf(auth('PASS', written)).authentication?.password.value).toEqual({ significant, isLonger });
  });

  test('never shows a password in a text', () => {
    const text = `$P=hunter22\nvrrp_instance A {\n${head}authentication { auth_pass "hunter22\nauth_type PASS auth_pass hunter22 }\nauth_pass hunter22\n}`;
    const { errors, items } = parse(text);
    const texts = [
      ...errors.flatMap(({ text: shown, message }) => [shown, message]),
      ...items.map((item) => item.text),
    ];
    expect(texts.join('\n')).not.toContain('hunter22');
  });
});

describe('what is tracked', () => {
  const checks = `vrrp_script a { script "/bin/a 'x y' z"\nweight 5 reverse\n}
vrrp_script b {\nscript /bin/b more\nuser nobody nogroup\n}
track_file f {\nfile /run/f\n}\n`;

  test('has the weight of the instance before that of the definition', () => {
    const lines =
      'track_script {\na weight -7 noreverse\nb\n}\ntrack_file {\nf weight 254\n}\ntrack_interface {\neth1 weight 3\n}';
    const found = instanceOf(lines + vip, checks).tracked.map(({ kind, name, weight, isReversed }) => [
      kind,
      name,
      weight.value,
      isReversed,
    ]);
    expect(found).toEqual([
      ['script', 'a', -7, false],
      ['script', 'b', 0, false],
      ['interface', 'eth1', 3, false],
      ['file', 'f', 254, false],
    ]);
  });

  test('is ignored where it is not defined, or only further down', () => {
    const text = `vrrp_instance A {\n${head}track_script {\na\nnone\n}\n}\n${checks}`;
    expect(parse(text).instances[0]?.tracked.map(({ isDefined }) => isDefined)).toEqual([false, false]);
    const messages = parse(text).errors.filter(({ kind }) => kind === 'undefined');
    expect(messages.map(({ message }) => /line (\d+)/.exec(message)?.[1])).toEqual(['9', undefined]);
  });

  test('with a weight does not count in a sync group, unless the group says so', () => {
    const of = (own: string): number[] =>
      parse(
        `${checks}vrrp_sync_group G {\ngroup { A B }\n${own}\n}\nvrrp_instance A {\n${head}track_script {\na\nb\n}\n}\nvrrp_instance B {\n}`,
      ).instances[0]?.tracked.map(({ weight }) => weight.value) ?? [];
    expect(of('')).toEqual([0]);
    expect(of('sync_group_tracking_weight')).toEqual([5, 0]);
  });

  test('runs a command that is quoted as a whole', () => {
    const [a, b] = parse(checks).scripts;
    expect(a?.script?.command).toEqual(['/bin/a', 'x y', 'z']);
    expect(b?.script).toMatchObject({ command: ['/bin/b'], user: 'nobody', group: 'nogroup' });
  });
});

describe('a keyword that is not known', () => {
  test('takes the rest of the block around its own with it', () => {
    const text = `vrrp_instance A {\n${head}unknown {\npriority 70\nfoo\n}\nadvert_int 2\nvirtual_ipaddress {\n10.0.0.1\n}\n}\nglobal_defs {\n}`;
    const { instances, errors } = parse(text);
    expect(instances[0]?.priority.value).toBe(70);
    expect(instances[0]?.vips).toEqual([]);
    const [first, ...others] = errors.filter(({ kind }) => kind !== 'remark');
    expect([first?.line, first?.cause]).toEqual([4, null]);
    expect(others.map(({ cause }) => cause?.line)).toEqual(others.map(() => 4));
    expect(others.map(({ line }) => line)).toEqual([4, 6, 8, 9, 9, 10, 11, 12]);
  });

  test('that opens no block is to blame for what its brace does, also to the blocks around', () => {
    const text =
      'vrrp_script chk {\nscript "/bin/true"\n}\nvrrp_instance VI_1 {\ninterface eth0\nauthentication {\nauth_type PASS {\n}\nauth_pass x\n}\nvirtual_router_id 51\ntrack_script {\nchk\n}\n}\nvrrp_instance VI_2 {\npriority 7000\n}';
    const { errors } = parse(text);
    const [first] = errors;
    expect([first?.line, first?.kind, first?.cause]).toEqual([7, 'syntax', null]);
    const others = errors.slice(1).map(({ line, cause }) => [line, cause?.line]);
    expect(others.filter(([line]) => Number(line) < 16)).toEqual(
      expect.arrayContaining([
        [9, 7],
        [11, 7],
        [13, 7],
        [4, 7],
      ]),
    );
    expect(others.filter(([line, cause]) => Number(line) < 16 && cause !== 7 && line !== 6)).toEqual([]);
    expect(others.filter(([line]) => Number(line) >= 16).map(([, cause]) => cause)).not.toContain(7);
  });

  test('may be one of a later version', () => {
    const text = 'global_defs {\nv3_checksum_as_v2\n}';
    expect(complaints(text, { version: '2.1.5' })).toEqual(['2 unknown-keyword']);
    expect(complaints(text, { version: '2.3.3' })).toEqual([]);
    expect(complaints(text)).toEqual([]);
  });

  test('of LVS is kept, whatever its values', () => {
    const text =
      'virtual_server 10.0.0.1 80 {\nlb_algo rr\nreal_server 10.0.0.2 80 {\nTCP_CHECK {\nconnect_timeout x\n}\n}\n}';
    const { items, errors } = parse(text);
    expect(errors).toEqual([]);
    expect(items[0]?.block?.[1]?.block?.[0]?.words).toEqual(['TCP_CHECK']);
  });
});

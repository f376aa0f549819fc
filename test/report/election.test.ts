import { describe, expect, test } from 'vitest';
import type { Advert } from '../../src/model/packet.ts';
import type { AdvertRef, GapSummary, PriorityChange, Router, Sender, Transition } from '../../src/model/wire.ts';
import { renderPriorityChange, renderRouters, renderTransition, vipsOf } from '../../src/report/election.ts';
import { createStyle } from '../../src/report/style.ts';
import { drawTable } from '../../src/report/table.ts';

const plain = createStyle({ colour: false, utf8: true, columns: null });
const at = (columns: number) => createStyle({ colour: false, utf8: true, columns });

function advert(changes: Partial<Advert> = {}): AdvertRef {
  return {
    capture: 'eth0',
    frame: 1,
    time: { seconds: 1_780_000_000, nanoseconds: 0, digits: 6 },
    advert: {
      type: 'advert',
      vlan: [],
      sourceMac: '52:54:00:00:00:01',
      family: 'ipv4',
      src: '10.77.0.1',
      dst: '224.0.0.18',
      multicast: true,
      ttl: 255,
      version: 2,
      messageType: 1,
      vrid: 51,
      prio: 101,
      authtype: 'none',
      auth: null,
      intvl: 1,
      addrs: ['10.77.0.100'],
      checksum: 'good',
      checksumVariant: null,
      checksumField: 0,
      checksumExpected: 0,
      trailer: null,
      length: 20,
      ah: null,
      problems: [],
      ...changes,
    },
  };
}

const even: GapSummary = { min: 0.999, median: 1, p99: 1.001, max: 3.0436 };

function sender(changes: Partial<Omit<Sender, 'gaps' | 'gapHistogram'>> = {}, gaps: GapSummary | null = even): Sender {
  const last = advert(changes.src === undefined ? {} : { src: changes.src });
  return {
    src: '10.77.0.1',
    sourceMac: null,
    adverts: 12,
    resignations: 0,
    prio: { min: 101, max: 101, last: 101 },
    priorities: [],
    first: last,
    last,
    latest: last,
    nearFailovers: 0,
    profiles: [],
    otherProfiles: 0,
    gaps: () => gaps,
    gapHistogram: () => [],
    ...changes,
  };
}

function router(changes: Partial<Router> = {}): Router {
  const one = sender();
  return {
    family: 'ipv4',
    vrid: 51,
    vlan: [],
    interfaceName: null,
    senders: [one],
    master: one,
    masters: [one],
    transitions: 1,
    mismatches: [],
    splitBrains: [],
    nearFailovers: [],
    ...changes,
  };
}

const render = (routers: readonly Router[], style = plain, several = false) =>
  renderRouters(routers, style, several, drawTable);

describe('renderRouters', () => {
  test('one line and a table', () => {
    expect(render([router()])).toBe(
      [
        'ipv4 vrid 51  VRRPv2  master 10.77.0.1 (prio 101)  VIP 10.77.0.100',
        '  sender     adverts  prio  intvl  authtype  gap min  gap median  gap p99  gap max  near failovers',
        '  10.77.0.1  12       101   1 s    none      0.999 s  1 s         1.001 s  3.044 s  0',
      ].join('\n'),
    );
  });

  test.each([
    ['no master', { master: null, masters: [] }, 'no master  VIP 10.77.0.100'],
    [
      'two masters',
      { master: null, masters: [sender(), sender({ src: '10.77.0.2' })] },
      '2 masters  10.77.0.1 (prio 101) and 10.77.0.2 (prio 101)  VIP',
    ],
    ['transitions', { transitions: 3 }, 'VIP 10.77.0.100  3 transitions'],
    ['a VLAN', { vlan: [300, 100] }, 'ipv4 vrid 51 vlan 300.100  VRRPv2'],
    ['an interface', { interfaceName: 'eth1\x1b[2J' }, 'ipv4 vrid 51 on eth1\\x1b[2J  VRRPv2'],
  ] as const)('%s', (_, changes, wanted) => {
    expect(render([router(changes)]).split('\n')[0]).toContain(wanted);
  });

  test('versions that differ, no VIP, many VIPs', () => {
    const v3 = advert({ version: 3, addrs: [] });
    const mixed = router({ senders: [sender(), sender({ last: v3 })] });
    expect(render([mixed])).toContain('VRRPv2 and VRRPv3');
    expect(render([router({ masters: [sender({ last: v3 })] })])).toContain('no VIP');
    const addrs = Array.from({ length: 20 }, (_, i) => `10.77.1.${i}`);
    const wide = router({ masters: [sender({ last: advert({ addrs }) })] });
    expect(render([wide])).toContain('10.77.1.7 and 12 more');
    expect(vipsOf(wide)).toEqual(addrs);
  });

  test('an interval that no advert told, no authtype, no gaps, priority 0 only, a priority that moved', () => {
    const odd = sender({ last: advert({ intvl: null, authtype: null }), prio: null }, null);
    const moved = sender({ src: '10.77.0.2', prio: { min: 50, max: 101, last: 50 } });
    const [, , first, second] = render([router({ senders: [odd, moved] })]).split('\n');
    expect(first?.trim().split(/ +/)).toEqual(['10.77.0.1', '12', '0', '?', '-', '0']);
    expect(second).toContain('50..101, now 50');
  });

  test('columns that do not fit go, the least telling first', () => {
    const heads = (columns: number) =>
      render([router()], at(columns))
        .split('\n')
        .find((line) => line.startsWith('  sender'));
    expect(heads(200)).toContain('gap p99');
    expect(heads(90)).not.toContain('gap p99');
    expect(heads(90)).toContain('gap min');
    expect(heads(80)).not.toContain('gap min');
    expect(heads(60)).not.toContain('near failovers');
    expect(heads(30)).toBe('  sender     adverts  prio');
    expect(heads(1)).toBe('  sender     adverts  prio');
  });

  test('a line that does not fit is wrapped, and says the same', () => {
    const long = router({ masters: [sender(), sender({ src: '10.77.0.2' })], transitions: 9 });
    const [wide = ''] = render([long]).split('\n');
    const narrow = render([long], at(50)).split('\n  sender')[0] ?? '';
    expect(narrow.replace(/\n +/g, ' ').replace(/ +/g, ' ')).toBe(wide.replace(/ +/g, ' '));
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(50);
  });

  test('hundreds are cut, and said so', () => {
    const routers = Array.from({ length: 100 }, (_, i) => router({ vrid: i }));
    expect(render(routers)).toMatch(/\n\nand 68 more virtual routers \(--json\)$/);
    expect(render(routers).match(/^ipv4 vrid/gm)).toHaveLength(32);
    const senders = Array.from({ length: 40 }, (_, i) => sender({ src: `10.77.0.${i}` }));
    const text = render([router({ senders })]);
    expect(text).toMatch(/\n {2}and 24 more$/);
    expect(text.match(/^ {2}10\.77/gm)).toHaveLength(16);
  });
});

describe('renderTransition', () => {
  const transition = (changes: Partial<Transition>): Transition => ({
    router: router(),
    from: '10.77.0.1',
    to: '10.77.0.2',
    reason: 'timeout',
    gapSeconds: 3.609,
    at: advert({ prio: 100 }),
    ...changes,
  });

  test.each([
    [{ reason: 'first-seen', from: null, gapSeconds: null }, '10.77.0.2 is master (first seen)'],
    [
      { reason: 'priority-zero', gapSeconds: 0.61 },
      '10.77.0.2 is master after 10.77.0.1 stopped (priority 0), 0.61 s without adverts',
    ],
    [{ reason: 'timeout' }, '10.77.0.2 is master, 10.77.0.1 fell silent, 3.609 s without adverts'],
    [{ reason: 'conflict', gapSeconds: 0.3 }, '10.77.0.2 is master beside 10.77.0.1'],
  ] as const)('%j', (changes, sentence) => {
    expect(renderTransition(transition(changes), plain, null, false)).toBe(`● ipv4 vrid 51: ${sentence}`);
  });

  test('by priority, with both where they are known', () => {
    const text = renderTransition(transition({ reason: 'preempted', gapSeconds: 0.4 }), plain, null, false);
    expect(text).toMatch(
      /^● ipv4 vrid 51: 10\.77\.0\.2 is master, took over from 10\.77\.0\.1 by priority.*, 0\.4 s without adverts$/,
    );
  });

  test('a tie, by the higher address', () => {
    const tie = { ...transition({ reason: 'preempted', gapSeconds: 0.4 }), at: advert({ src: '10.77.0.2' }) };
    expect(renderTransition(tie, plain, null, false)).toContain(
      '10.77.0.2 is master, took over from 10.77.0.1 by the higher address (both of priority 101)',
    );
  });

  test('wrapped in a narrow terminal, ASCII where it must be', () => {
    const ascii = createStyle({ colour: false, utf8: false, columns: 50 });
    const lines = renderTransition(transition({}), ascii, 36, false).split('\n');
    expect(lines[0]).toMatch(/^\* ipv4 vrid 51: /);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(36);
  });
});

test('renderPriorityChange', () => {
  const change: PriorityChange = { router: router(), src: '10.77.0.1', from: 151, to: 101, at: advert() };
  expect(renderPriorityChange(change, plain, null, false)).toBe(
    '● ipv4 vrid 51: 10.77.0.1 changes its priority from 151 to 101',
  );
});

import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import type { InstanceStatus } from '../../src/model/status.ts';
import { findingsMarkdown } from '../../src/report/markdown.ts';
import { nagiosAnswer } from '../../src/report/nagios.ts';
import { prometheusText } from '../../src/report/prometheus.ts';
import { renderStatus } from '../../src/report/status.ts';
import { statusJson } from '../../src/report/status-json.ts';
import { createStyle } from '../../src/report/style.ts';
import { drawTable } from '../../src/report/table.ts';
import { Times } from '../../src/report/times.ts';
import { healthyStates } from '../rules/state-fixtures.ts';
import { fused, type GivenPair, now, sends } from '../state/given.ts';

const times = new Times(true);
const vip = '10.77.0.100';

const stopped: GivenPair = {
  lb1State: { processes: [] },
  lb2State: { holds: [vip], logged: { VI_1: ['MASTER', 30] } },
};
const split: GivenPair = { lb1State: { holds: [vip], stateFile: ['BACKUP', 5000] }, lb2State: { holds: [vip] } };
const killed: GivenPair = { lb1State: { holds: [vip], processes: [] }, lb2State: { holds: [vip] } };
const unreachable: GivenPair = {
  lb1State: { holds: [vip], heard: [sends('lb1', 151), 6] },
  lb2State: { unreachable: 'ssh: no route to host' },
};
const nobody: GivenPair = { lb1State: { processes: [] }, lb2State: { logged: { VI_1: ['FAULT', 60] } } };
const leftBehind: GivenPair = { lb1State: { processes: [], holds: [vip] }, lb2State: { processes: [] } };

function shown(pair: GivenPair, columns: number | null = null, colour = false): string {
  return renderStatus(fused(pair), createStyle({ colour, utf8: false, columns }), times, now, drawTable);
}

describe('as text', () => {
  test('a healthy pair: a table, and one sentence', () => {
    expect(shown(healthyStates)).toBe(`  instance  vrid  node  state   priority  VIPs held    since     ready
  VI_1      60    lb1   MASTER  101       10.77.0.100  16:55:00  yes
  VI_1      60    lb2   BACKUP  100       -            16:55:00  yes

* VI_1: lb1 is master`);
  });

  const sentences: readonly (readonly [name: string, pair: GivenPair, sentence: string, next: string])[] = [
    ['stopped', stopped, 'lb2 is master', 'on lb1: systemctl start keepalived'],
    ['split', split, 'split brain: lb1 and lb2 both hold 10.77.0.100', 'ha-doctor check lb1 lb2'],
    [
      'killed',
      killed,
      'split brain: lb1 and lb2 both hold 10.77.0.100, and keepalived does not run on lb1',
      'on lb1: systemctl start keepalived',
    ],
    [
      'unreachable',
      unreachable,
      'lb1 is master; whether it is the only one is not known: lb2: ssh: no route to host',
      'ssh lb2 true',
    ],
    ['nobody', nobody, 'nobody is master: lb1 is stopped and lb2 is in FAULT', 'on lb1: systemctl start keepalived'],
    [
      'left behind',
      leftBehind,
      'nobody is master, and lb1 still holds 10.77.0.100: lb1 is stopped and lb2 is stopped',
      'on lb1: systemctl start keepalived',
    ],
    [
      'nginx is down on the backup',
      { ...healthyStates, lb2State: { ...healthyStates.lb2State, processes: ['/usr/sbin/keepalived'] } },
      'lb1 is master',
      'on lb2: systemctl start nginx',
    ],
  ];

  test.each(sentences)('%s: a sentence, and the next step', (_, pair, sentence, next) => {
    const lines = shown(pair).split('\n');
    expect(lines).toContain(`* VI_1: ${sentence}`);
    expect(lines.at(-1)).toBe(`  next: ${next}`);
  });

  test('each source that disagrees, and each voice where there is not one master', () => {
    const lines = shown(split).split('\n');
    expect(lines).toContain(
      '  lb1: the state file says BACKUP, and is of the past (/var/run/nginx-ha-keepalived.state)',
    );
    expect(lines).toContain('    lb1  state-file BACKUP  /var/run/nginx-ha-keepalived.state, 83 min ago, of the past');
    expect(shown(healthyStates)).not.toContain('process');
  });

  test.each([80, 44])('no line is wider than %i columns, but for a word that is', (columns) => {
    for (const [, pair] of sentences) {
      for (const line of shown(pair, columns).split('\n')) {
        if (/\s\S+\s\S+/.test(line)) expect(line.length, line).toBeLessThanOrEqual(columns);
      }
    }
  });

  test('states have their colours, and only in their column', () => {
    const text = shown({ ...healthyStates, confs: {} }, 80, true);
    expect(text).toContain('\x1b[32mMASTER\x1b[39m');
    expect(text).toContain('\x1b[34mBACKUP\x1b[39m');
  });

  test('names of nodes and instances do not reach the terminal as they are', () => {
    const [status] = fused(split);
    if (status === undefined) throw new Error('no status');
    const hostile: InstanceStatus = {
      ...status,
      instance: 'VI\x1b[31m',
      nodes: status.nodes.map((node) => ({ ...node, node: 'lb\x1b]0;x\x07', notReady: ['\x9b31m'] })),
    };
    const all = [
      renderStatus([hostile], createStyle({ colour: false, utf8: true, columns: null }), times, now, drawTable),
      nagiosAnswer([hostile], [], false).line,
      prometheusText([hostile], [], now),
      statusJson([hostile], { version: '1', findings: [], skipped: [], errors: [], ignored: [] }, times),
    ].join('\n');
    expect([...all].filter((character) => character !== '\n' && /\p{Cc}/u.test(character))).toEqual([]);
  });
});

const finding: Finding = {
  code: 'HAD807',
  name: 'backup-not-ready',
  severity: 'error',
  certainty: 'certain',
  subject: { nodes: ['lb2'], instance: 'VI_1', family: 'ipv4', vrid: 60, vip: null },
  message: 'lb2 could not take over | now: `nginx` <down>',
  consequence: 'nobody takes over',
  remedy: 'start it',
  evidence: [{ kind: 'command', node: 'lb2', command: 'ps -ef', text: '```\nRUNNING' }],
  causes: [],
};

describe('as a monitoring plugin', () => {
  const rows: readonly (readonly [string, GivenPair, readonly Finding[], boolean, number])[] = [
    ['a healthy pair', healthyStates, [], false, 0],
    ['findings of info alone', healthyStates, [{ ...finding, severity: 'info' }], false, 0],
    ['a warning', healthyStates, [{ ...finding, severity: 'warning' }], false, 1],
    ['an error', healthyStates, [finding], false, 2],
    ['a split brain', split, [], false, 2],
    ['no master', nobody, [], false, 2],
    ['not known', unreachable, [finding], false, 3],
    ['a node could not be read', healthyStates, [], true, 3],
  ];

  test.each(rows)('%s', (_, pair, findings, isIncomplete, exitCode) => {
    const answer = nagiosAnswer(fused(pair), findings, isIncomplete);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.line).toMatch(/^HA (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \| '[^']+'=\d(;\S*)*( \S+=\d+(;\S*)*){2}$/);
    expect(answer.line).not.toContain('\n');
  });

  test('says who is master, and the worst finding', () => {
    expect(nagiosAnswer(fused(healthyStates), [finding], false).line).toBe(
      "HA CRITICAL - VI_1: lb1 is master; 1 error: HAD807 lb2 could not take over / now: `nginx` <down> | 'VI_1_masters'=1;1:1;1:1;0 errors=1;;0;0 warnings=0;0;;0",
    );
  });
});

describe('as metrics', () => {
  test('samples of a healthy pair', () => {
    const lines = prometheusText(fused(healthyStates), [finding, finding], now).split('\n');
    expect(lines).toContain('ha_doctor_masters{instance="VI_1",family="ipv4",vrid="60"} 1');
    expect(lines).toContain('ha_doctor_state{instance="VI_1",family="ipv4",vrid="60",node="lb2",state="BACKUP"} 1');
    expect(lines).toContain('ha_doctor_findings{code="HAD807",severity="error"} 2');
    expect(lines).toContain(`ha_doctor_last_run_timestamp_seconds ${now.seconds}`);
  });

  test('every line is a comment or a sample, and each metric has its type once', () => {
    const [status] = fused(split);
    if (status === undefined) throw new Error('no status');
    const lines = prometheusText([{ ...status, instance: 'a "b" \\ c' }], [finding], now)
      .trimEnd()
      .split('\n');
    const sample = /^[a-z_]+(\{([a-z]+="([^"\\]|\\\\|\\")*",?)+\})? \d+(\.\d+)?$/;
    for (const line of lines) expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) [a-z_]+ ./ : sample);
    const types = lines.filter((line) => line.startsWith('# TYPE'));
    expect(new Set(types).size).toBe(types.length);
  });

  test('what is not known has no sample', () => {
    expect(prometheusText(fused(unreachable), [], now)).not.toContain('node="lb2"');
  });
});

describe('as JSON', () => {
  test('has what interface.md names', () => {
    const document = JSON.parse(
      statusJson(fused(stopped), { version: '1', findings: [], skipped: [], errors: [], ignored: [] }, times),
    );
    expect(document).toMatchObject({
      schema: 'ha-doctor/1',
      command: 'status',
      instances: [
        {
          instance: 'VI_1',
          family: 'ipv4',
          vrid: 60,
          vips: [vip],
          verdict: 'one-master',
          master: 'lb2',
          nodes: [
            { node: 'lb1', state: 'STOP', ready: false, notReady: ['keepalived does not run'], since: null },
            {
              node: 'lb2',
              state: 'MASTER',
              priority: { base: 100, effective: null },
              vips: [vip],
              excludedVips: [],
              since: '2026-11-20T16:59:30Z',
              sources: [
                { source: 'address', says: 'MASTER', time: '2026-11-20T17:00:00Z', detail: '10.77.0.100 on eth0' },
                { source: 'log', says: 'MASTER' },
                { source: 'process', says: 'RUNNING' },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('findings as markdown', () => {
  const page = findingsMarkdown('lb1 and lb2', [finding], [], [{ code: 'HAD601', reason: 'needs hosts', needs: [] }]);

  test('a section each, with evidence in a fence of its own', () => {
    expect(page).toBe(`# lb1 and lb2

1 error.

## error HAD807 backup-not-ready

lb2 could not take over \\| now: \\\`nginx\\\` &lt;down\\>

\`\`\`\`text
lb2: ps -ef: \`\`\`\\x0aRUNNING
\`\`\`\`

Consequence: nobody takes over

Remedy: start it

## Not judged

- HAD601: needs hosts`);
  });

  test('nothing wrong', () => {
    expect(findingsMarkdown('lb1', [], [], [])).toBe('# lb1\n\nNothing wrong.');
  });
});

import type { DumpedInstance } from '../model/dump.ts';
import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import type { NodeState } from '../model/node-state.ts';
import { inSeconds } from '../model/time.ts';
import type { AdvertRef, Sender } from '../model/wire.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { addressOf, commandEvidence } from './on-the-hosts.ts';
import { advertEvidence } from './on-the-wire.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const runningConfigStale = defineRule({
  code: 'HAD808',
  name: 'running-config-stale',
  severity: 'warning',
  title: 'keepalived runs with another configuration than its file has',
  explanation: `keepalived reads its configuration at its start and at a reload. What a node sends, or what keepalived wrote into its dump after the file
was last changed, differs from the file: it was changed, and the reload was forgotten, or failed.`,
  consequence:
    'the change is not in effect now, and will be after the next reload, restart or boot, when nobody expects it',
  confirm:
    'ha-doctor sniff on the node shows what it sends; `kill -s $(keepalived --signum=DATA) $(cat /run/keepalived.pid)` writes /tmp/keepalived.data.',
  remedy: 'reload it on that node: keepalived -t && systemctl reload keepalived',
  references: ['keepalived(8)', 'keepalived.conf(5)'],
  needs: ['configurations', 'states'],
  mayUse: ['interfaces'],
  check({ configurations, states, interfaces }, context) {
    return configurations.flatMap((node) => {
      const state = states.find((other) => other.node === node.node);
      if (state === undefined) return [];
      const { instances } = node.config;
      return instances.flatMap((instance) => {
        const own = addressOf(node, instance, interfaces);
        const sent = own === null ? [] : sentFrom(own, instance, instances, states);
        return judge(node, instance, [...sent.map(ofSender), ...dumped(state, instance)], context);
      });
    });
  },
});

/** What runs, where that is known. */
interface Running {
  readonly vrid: number | null;
  /** Effective, as sent, or the base priority of a dump. */
  readonly priority: { readonly value: number; readonly isBase: boolean } | null;
  readonly intervalSeconds: number | null;
  readonly vips: readonly string[];
  readonly source: AdvertRef | { readonly file: string };
}

/** The last adverts from an address: under the instance's vrid, else under one that no instance of the node has. */
function sentFrom(
  own: string,
  { family, vrid }: VrrpInstance,
  instances: readonly VrrpInstance[],
  states: readonly NodeState[],
): readonly Sender[] {
  const routers = states.flatMap(({ heard }) => heard?.wire.routers ?? []).filter((router) => router.family === family);
  const sendersIn = (wanted: (vrid: number) => boolean) =>
    routers
      .filter((router) => wanted(router.vrid))
      .flatMap(({ senders }) => senders)
      .filter(({ src, prio }) => src === own && prio !== null);
  const [under] = sendersIn((other) => other === vrid.value);
  if (under !== undefined) return [under];
  const isOnly = instances.filter((other) => other.family === family).length === 1;
  return isOnly ? sendersIn((other) => instances.every((known) => known.vrid.value !== other)).slice(0, 1) : [];
}

function ofSender({ last }: Sender): Running {
  const { vrid, prio, intvl, addrs } = last.advert;
  return { vrid, priority: { value: prio, isBase: false }, intervalSeconds: intvl, vips: addrs, source: last };
}

/** The instance in a dump that keepalived wrote after its file was last changed. */
function dumped({ dump, configurationWritten }: NodeState, { name }: VrrpInstance): readonly Running[] {
  const found = dump?.instances.find(({ instance }) => instance === name);
  if (dump == null || dump.written === null || configurationWritten === null || found === undefined) return [];
  return inSeconds(dump.written) > inSeconds(configurationWritten) ? [ofDump(found, dump.file)] : [];
}

function ofDump({ vrid, priority, intervalSeconds, vips }: DumpedInstance, file: string): Running {
  return {
    vrid,
    priority: priority === null ? null : { value: priority, isBase: true },
    intervalSeconds,
    vips: vips.map((vip) => vip.replace(/\/\d+$/, '')),
    source: { file },
  };
}

function judge(
  node: NodeConfiguration,
  instance: VrrpInstance,
  running: readonly Running[],
  context: RuleContext,
): readonly Judgement[] {
  for (const one of running) {
    const differences = differencesOf(instance, one);
    if (differences.length === 0) continue;
    const verb = 'file' in one.source ? 'runs' : 'sends';
    const evidence =
      'file' in one.source
        ? commandEvidence(node.node, `cat ${one.source.file}`, differences.map(({ is }) => is).join(', '))
        : advertEvidence(one.source, context);
    return [
      {
        subject: subjectOf([node], instance),
        message: `${node.node} ${verb} ${differences.map(({ is, written }) => `${is} where its file has ${written}`).join(', ')}`,
        remedy: `on ${node.node}: keepalived -t && systemctl reload keepalived`,
        evidence: [...differences.map(({ line }) => lineEvidence(node, line)), evidence],
      },
    ];
  }
  return [];
}

function differencesOf(instance: VrrpInstance, running: Running) {
  const { vrid, priority, intervalSeconds, vips, line: opener } = instance;
  const [low, high] = priorityRange(instance);
  const isOff =
    running.priority !== null &&
    (running.priority.isBase
      ? running.priority.value !== priority.value
      : running.priority.value < low || running.priority.value > high);
  const written = vips.map(({ address }) => address);
  const sameVips = written.length === running.vips.length && written.every((vip) => running.vips.includes(vip));
  return [
    ...(running.vrid !== null && running.vrid !== vrid.value
      ? [{ is: `vrid ${running.vrid}`, written: String(vrid.value), line: vrid.line ?? opener }]
      : []),
    ...(isOff
      ? [
          {
            is: `priority ${running.priority?.value}`,
            written: running.priority?.isBase === true || low === high ? String(priority.value) : `${low} to ${high}`,
            line: priority.line ?? opener,
          },
        ]
      : []),
    ...(running.intervalSeconds !== null && Math.abs(running.intervalSeconds - intervalSeconds.value) > 0.005
      ? [
          {
            is: `interval ${running.intervalSeconds} s`,
            written: `${intervalSeconds.value} s`,
            line: intervalSeconds.line ?? opener,
          },
        ]
      : []),
    ...(sameVips
      ? []
      : [
          {
            is: `VIPs ${running.vips.join(' ') || 'none'}`,
            written: written.join(' ') || 'none',
            line: vips[0]?.line ?? opener,
          },
        ]),
  ];
}

/** What the effective priority may be, by the weights of all that is tracked; a file may hold any number. */
function priorityRange({ priority, tracked }: VrrpInstance): readonly [low: number, high: number] {
  if (priority.value === 255) return [255, 255];
  const weights = tracked.map(({ weight, isReversed }) => weight.value * (isReversed ? -1 : 1));
  if (tracked.some(({ kind }) => kind === 'file')) return [1, 254];
  const low = priority.value + weights.reduce((sum, weight) => sum + Math.min(0, weight), 0);
  const high = priority.value + weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
  return [Math.max(1, low), Math.min(254, high)];
}

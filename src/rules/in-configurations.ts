import type { ElectedRouter, ElectionRow, ElectionSide } from '../model/election.ts';
import type { Evidence, Subject } from '../model/finding.ts';
import type { ConfigLine, NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import type { ComparedValue, InstancePair, Pair, SettingDifference } from '../model/pair.ts';
import type { Judgement, RuleContext } from './rule.ts';

/** The words that rules use for what is written in configurations. */

/** What a finding about an instance is about. */
export function subjectOf(nodes: readonly NodeConfiguration[], instance: VrrpInstance | null): Subject {
  return {
    nodes: nodes.map(({ node }) => node),
    instance: instance?.name ?? null,
    family: instance?.family ?? null,
    vrid: instance?.vrid.value ?? null,
    vip: instance?.vips[0]?.address ?? null,
  };
}

/** A line of a configuration as evidence. */
export function lineEvidence({ node }: NodeConfiguration, { file, line, text }: ConfigLine, shown = text): Evidence {
  return { kind: 'config', node, file, line, text: shown };
}

/** A value and where it is written; a default stands with the line that opens its block. */
function valueEvidence(
  node: NodeConfiguration,
  value: ComparedValue,
  opener: ConfigLine,
  context: RuleContext,
): Evidence {
  const { line, secret } = value;
  if (line === null) return lineEvidence(node, opener, `${opener.text}: ${valueText(value, context)} by default`);
  return lineEvidence(node, line, secret === null ? line.text : `auth_pass ${context.mark(secret.significant)}`);
}

/** A value in a sentence. */
export function valueText({ text, secret }: ComparedValue, context: RuleContext): string {
  if (secret !== null) return context.mark(secret.significant);
  return text ?? 'not set';
}

/** The pair's instance that a difference is about. */
export function pairOf({ instances }: Pair, { instance }: SettingDifference): InstancePair | undefined {
  return instances.find(({ a }) => a.name === instance);
}

/** The differences that a rule judges: those that name its code, and are not as they should be. */
export function faultsOf({ differences }: Pair, code: string): readonly SettingDifference[] {
  return differences.filter((difference) => difference.code === code && !difference.isExpected);
}

/** Judges each difference of an instance that names the code, with a line of each node as its evidence. */
export function judgeDifferences(
  pair: Pair,
  code: string,
  context: RuleContext,
  describe: (difference: SettingDifference, instances: InstancePair) => { message: string } & Partial<Judgement>,
): Judgement[] {
  const instances = new Map(pair.instances.map((both) => [both.a.name, both]));
  return faultsOf(pair, code).flatMap((difference) => {
    const both = instances.get(difference.instance ?? '');
    if (both === undefined) return [];
    return [
      {
        subject: subjectOf([pair.a, pair.b], both.a),
        evidence: [
          valueEvidence(pair.a, difference.a, both.a.line, context),
          valueEvidence(pair.b, difference.b, both.b.line, context),
        ],
        ...describe(difference, both),
      },
    ];
  });
}

/** `/ advert_int` of `vrrp_instance VI_1 / advert_int`: what a person looks for in the file. */
export function keywordOf({ path }: SettingDifference): string {
  return path.slice(path.lastIndexOf(' / ') + 3);
}

/** The row in which nothing fails. */
function healthyRow({ rows }: ElectedRouter): ElectionRow | undefined {
  return rows[0];
}

/** The node that leads while all is well; undefined where none does. */
export function leaderOf(router: ElectedRouter): ElectionSide | undefined {
  const master = healthyRow(router)?.master;
  return router.sides.find(({ node }) => node.node === master);
}

/** The weight that counts, and the line that gives it. */
export function weightOf({ instance, node }: ElectionSide, check: string): { value: number; line: ConfigLine } {
  const group = node.config.syncGroups.find(({ name }) => name === instance.syncGroup);
  const tracked = [...instance.tracked, ...(group?.tracked ?? [])];
  const found = tracked.find(({ name, kind }) => name === check && kind !== 'interface');
  return { value: found?.weight.value ?? 0, line: found?.weight.line ?? found?.line ?? instance.line };
}

/** Whether a check tests nginx, or for the file of the manual failover: by its name, its command and what its script says. */
export function kindOfCheck({ node }: ElectionSide, check: string): 'nginx' | 'manual-failover' | 'other' {
  const script = node.config.scripts.find(({ name }) => name === check);
  const command = script?.script?.command ?? [];
  const content = node.scripts.find(({ path }) => path === command[0])?.content ?? '';
  const words = [check, ...command].join(' ');
  if (/manual.?fail/i.test(words) || /keepalived-manual-failover/.test(content)) return 'manual-failover';
  return /nginx|https?\b|curl|wget/i.test(words) || /nginx|curl|wget/.test(content) ? 'nginx' : 'other';
}

import { type Finding, type Skipped, severities } from '../model/finding.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Needed, Rule, RuleContext } from './rule.ts';

/** The evidence of the node layout that fills a part of the snapshot. */
const evidenceOf: Readonly<Record<keyof Snapshot, readonly string[]>> = {
  wire: ['captures/*.pcap*'],
  configurations: ['etc/keepalived/keepalived.conf'],
  pair: ['etc/keepalived/keepalived.conf'],
  elections: ['etc/keepalived/keepalived.conf'],
  interfaces: ['commands/ip-addr.json'],
  timeline: ['var/log/syslog', 'commands/journal.json'],
  nginx: ['etc/nginx/nginx.conf'],
  nginxDrift: ['etc/nginx/nginx.conf'],
  tlsFaults: ['commands/tls.json'],
  nginxBuilds: ['commands/nginx-V.txt'],
  nginxBindings: ['commands/sysctl.txt'],
  nginxLoadings: ['commands/ps.json', 'commands/stat.json'],
  states: ['commands/ip-addr.json', 'commands/ps.json'],
  status: ['etc/keepalived/keepalived.conf', 'commands/ip-addr.json', 'commands/ps.json'],
  aws: ['etc/keepalived/keepalived.conf', 'commands/aws/*.json'],
  hosts: [
    'commands/nft-ruleset.txt',
    'commands/iptables-save.txt',
    'commands/ip-route.json',
    'commands/ip-neigh.json',
    'commands/ip-maddr.txt',
    'commands/sysctl.txt',
    'commands/networkctl.txt',
    'commands/dmi.txt',
  ],
};

/** What a person calls the parts of the snapshot. */
const nameOf: Readonly<Record<keyof Snapshot, string>> = {
  wire: 'packets',
  configurations: 'keepalived.conf',
  pair: 'keepalived.conf of both nodes',
  elections: 'keepalived.conf',
  interfaces: 'ip addr',
  timeline: 'logs',
  nginx: 'nginx.conf',
  nginxDrift: 'nginx of both nodes',
  tlsFaults: 'certificates',
  nginxBuilds: 'nginx -V of both nodes',
  nginxBindings: 'sysctl',
  nginxLoadings: 'the processes of nginx',
  states: 'the state of a node',
  status: 'the state of a node',
  aws: 'an Elastic IP',
  hosts: 'firewall and network of a node',
};

/** The findings, worst first, and the rules that could not be evaluated. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
}

/** Evaluates rules over a snapshot. A rule whose evidence is missing is skipped, never passed. Pure. */
export function diagnose(rules: readonly Rule[], snapshot: Snapshot, context: RuleContext): Diagnosis {
  const findings: Finding[] = [];
  const skipped: Skipped[] = [];
  for (const rule of rules) {
    const missing = rule.needs.filter((part) => snapshot[part] === null);
    if (missing.length > 0) {
      skipped.push({ code: rule.code, ...lackOf(missing, ' and ') });
      continue;
    }
    const { mayUse = [] } = rule;
    if (rule.needs.length === 0 && mayUse.every((part) => snapshot[part] === null)) {
      skipped.push({ code: rule.code, ...lackOf(mayUse, ' or ') });
      continue;
    }
    const lack = rule.lacks?.(snapshot as Needed<keyof Snapshot>) ?? null;
    if (lack !== null) {
      skipped.push({ code: rule.code, ...lack });
      continue;
    }
    for (const judgement of rule.check(snapshot as Needed<keyof Snapshot>, context)) {
      const { subject, message, evidence } = judgement;
      findings.push({
        code: rule.code,
        name: rule.name,
        severity: judgement.severity ?? rule.severity,
        certainty: judgement.certainty ?? 'certain',
        subject,
        message,
        consequence: judgement.consequence ?? rule.consequence,
        remedy: judgement.remedy ?? rule.remedy,
        evidence,
        causes: judgement.causes ?? [],
      });
    }
  }
  // A cause that does not hold of this subject is none.
  const sound = findings.map((finding) => ({
    ...finding,
    causes: finding.causes.filter((code) => findings.some((other) => other.code === code && isAbout(other, finding))),
  }));
  return { findings: withoutRepeats(sound.sort(byWeight)), skipped };
}

function lackOf(parts: readonly (keyof Snapshot)[], word: string): Omit<Skipped, 'code'> {
  const names = [...new Set(parts.map((part) => nameOf[part]))];
  return { reason: `needs ${names.join(word)}`, needs: parts.flatMap((part) => evidenceOf[part]) };
}

/** A capture on all interfaces shows some segments several times (a bridge and its ports): one fault is one finding. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const keys = new Set<string>();
  return findings.filter((finding) => {
    const key = findingKey(finding);
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}

/** Whether two findings are about one virtual router. */
function isAbout({ subject: a }: Finding, { subject: b }: Finding): boolean {
  // Logs name an instance, and know no vrid.
  if (a.instance !== null && a.instance === b.instance) return true;
  return a.family === b.family && a.vrid === b.vrid && a.vlan?.join() === b.vlan?.join();
}

/** Names a finding across evaluations: the same fault of the same subject has the same key. */
export function findingKey({ code, subject }: Finding): string {
  return JSON.stringify([code, subject]);
}

function byWeight(a: Finding, b: Finding): number {
  const bySeverity = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  // Not localeCompare: it loads the collation tables of a language, which takes longer than all rules together.
  return bySeverity || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

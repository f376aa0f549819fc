import { severities } from '../model/finding.ts';
import type { NginxChange, NginxDrift, NginxPlace } from '../model/nginx.ts';
import { lastOf, maskNginxValue } from '../model/nginx-secrets.ts';
import { consequenceOf, counted, groupedBy, nginxSubject, placeEvidence, syncRemedy } from './on-nginx.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

/** Lines of evidence of one finding. */
const mostEvidence = 32;

export const nginxConfigDiffers = defineRule({
  code: 'HAD501',
  name: 'nginx-config-differs',
  severity: 'error',
  title: 'The nodes have different nginx configurations',
  explanation: `keepalived moves the address and nothing else: what the other node serves is what its own nginx was told. The configurations are
compared as nginx reads them: includes in place, comments, white space, quotes and the order of what has none left out. Servers are the same by
address and name, locations by modifier and path, upstreams by name, maps by their variables.

A difference in what is served (servers, locations, upstreams, addresses, TLS, access) is an error; one in how it is handled (timeouts, headers,
limits) a warning; one in what concerns the node alone (logs, workers, paths of its own) is info. The nodes' own addresses and names do not count.`,
  consequence: 'after a failover clients get what the other node was told: another answer, or none',
  confirm: 'On both nodes: `nginx -T`; `ha-doctor diff --only nginx --unified A B` shows the lines.',
  remedy:
    'bring the file up to date on the node that lags behind, `nginx -t`, then `nginx -s reload`; what is meant to differ: `--ignore-path`',
  references: [
    'https://docs.nginx.com/nginx/admin-guide/high-availability/configuration-sharing/',
    'https://nginx.org/en/docs/http/request_processing.html',
  ],
  needs: ['nginxDrift'],
  check({ nginxDrift }, context) {
    const { nodes, changes } = nginxDrift;
    const groups = groupedBy(
      changes.filter(({ code }) => code === 'HAD501'),
      ({ group }) => group,
    );
    return [...groups].map(([group, members]) =>
      judge(
        group,
        members.map((change) => withoutSecrets(change, context)),
        nodes,
        nginxDrift,
      ),
    );
  },
});

function withoutSecrets(change: NginxChange, { mark }: RuleContext): NginxChange {
  const masked = (place: NginxPlace | null) =>
    place === null ? null : { ...place, value: maskNginxValue(change.path, place.value, mark) };
  return { ...change, a: masked(change.a), b: masked(change.b) };
}

function judge(
  group: string,
  members: readonly NginxChange[],
  [a, b]: readonly [string, string],
  drift: NginxDrift,
): Judgement {
  const sorted = [...members].sort((x, y) => severities.indexOf(x.severity) - severities.indexOf(y.severity));
  const worst = sorted[0];
  const severity = worst?.severity ?? 'info';
  const first = worst === undefined ? '' : describe(worst, group, a, b);
  const more = sorted.length - 1;
  return {
    subject: nginxSubject([a, b], group),
    severity,
    message: `${group}: ${first}${more > 0 ? `, and ${counted(more, 'more difference')}` : ''}`,
    evidence: sorted
      .flatMap((change) => [
        ...placeEvidence(a, change.a, evidenceText(change, change.a?.value)),
        ...placeEvidence(b, change.b, evidenceText(change, change.b?.value)),
      ])
      .slice(0, mostEvidence),
    ...(worst === undefined ? {} : { consequence: consequenceOf(worst.effect, a, b) }),
    ...syncRemedy(
      drift,
      members.flatMap((change) => [change.a?.file, change.b?.file]),
    ),
  };
}

/** What is the matter, beside what is said of the group. */
function describe(change: NginxChange, group: string, a: string, b: string): string {
  const rest = change.path.startsWith(`${group} / `) ? change.path.slice(group.length + 3) : '';
  const what = rest === '' ? '' : `${rest} `;
  switch (change.kind) {
    case 'added':
      return `${what}is on ${b} only`;
    case 'removed':
      return `${what}is on ${a} only`;
    case 'moved':
      return `${what}stands in another place`;
    case 'changed':
      return `${what}is ${short(change.a?.value)} on ${a}, ${short(change.b?.value)} on ${b}`;
  }
}

function short(value = ''): string {
  const text = value === '' ? 'nothing' : value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function evidenceText(change: NginxChange, value = ''): string {
  const name = lastOf(change.path);
  const [directive = ''] = name.split(' ');
  const text = value.split(' ')[0] === directive ? value : `${directive} ${value}`;
  return change.kind === 'changed' ? text : `${change.kind === 'moved' ? 'moved: ' : ''}${value === '' ? name : text}`;
}

import type { Certificate, TlsFault } from '../model/nginx.ts';
import { nginxSubject, timeOf } from './on-nginx.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const tlsMaterialDiffers = defineRule({
  code: 'HAD502',
  name: 'tls-material-differs',
  severity: 'error',
  title: 'A certificate or key differs, is missing, has expired or does not fit',
  explanation: `Each node presents the certificate that lies on it. It is compared by fingerprint; that it belongs to its key is seen from the hashes
of both public keys, computed on the node: a key itself is neither read from another node nor printed. A certificate that was renewed on one node
only is not noticed until a failover, and one that does not fit its key stops nginx at its next start.

Where each node has a certificate of its own, both valid for the same names from the same issuer, clients see no difference: info.`,
  consequence: 'after a failover clients are warned or refused',
  confirm:
    'On both nodes: `openssl x509 -noout -fingerprint -sha256 -enddate -in FILE`; `openssl pkey -pubout -in KEY` against `openssl x509 -noout -pubkey -in FILE`.',
  remedy: 'the same certificate and key on both nodes, then `nginx -t` and `nginx -s reload`',
  references: ['https://nginx.org/en/docs/http/configuring_https_servers.html', 'RFC 5280 section 4.1.2.5'],
  needs: ['tlsFaults'],
  check({ tlsFaults }, context) {
    return tlsFaults.map((fault) => judge(fault, context));
  },
});

function judge(fault: TlsFault, context: RuleContext): Judgement {
  const { kind, path, nodes, references } = fault;
  return {
    subject: nginxSubject(nodes, `${path} ${kind}`),
    message: messageOf(fault, context),
    evidence: references.map(({ node, reference: { file, line, directive, path } }) => ({
      kind: 'config',
      node,
      file,
      line,
      text: `${directive} ${path}`,
    })),
    ...textsOf(fault, path, nodes[0] ?? ''),
  };
}

function messageOf(fault: TlsFault, context: RuleContext): string {
  const { kind, path, nodes, certificates, detail } = fault;
  const [node = '', other = ''] = nodes;
  const [one, two] = certificates;
  switch (kind) {
    case 'missing':
      return `${path} is missing on ${node}`;
    case 'unusable':
      return `${path} on ${node}: ${detail}`;
    case 'expired':
      return `${path} on ${node} expired on ${day(one?.notAfter, context)}${namesOf(one)}${otherOf(fault, context)}`;
    case 'not-yet-valid':
      return `${path} on ${node} is not valid before ${day(one?.notBefore, context)}${namesOf(one)}${otherOf(fault, context)}`;
    case 'mismatch':
      return `${path} on ${node} does not belong to its key ${detail}`;
    case 'own':
      return `${path} is another certificate on ${node} than on ${other}, both valid${namesOf(one)}`;
    case 'differs':
      return one === undefined || two === undefined
        ? `${path} differs between ${node} and ${other}`
        : `${path} differs: ${brief(one, context)} on ${node}, ${brief(two, context)} on ${other}`;
  }
}

function textsOf({ kind }: TlsFault, path: string, node: string): Partial<Judgement> {
  switch (kind) {
    case 'missing':
    case 'unusable':
    case 'mismatch':
      return {
        consequence: `nginx on ${node} refuses its configuration: it goes on with what it has loaded, and does not start again`,
        remedy: `on ${node}: put ${path} and its key in place, as they are on the other node; then nginx -t`,
      };
    case 'expired':
    case 'not-yet-valid':
      return {
        consequence: `clients are warned or refused whenever ${node} is master`,
        remedy: `on ${node}: put the renewed certificate and its key in place, then nginx -s reload`,
      };
    case 'own':
      return { severity: 'info', consequence: 'none for clients that check names and issuer' };
    case 'differs':
      return {};
  }
}

/** What the other node has in the place of one that is out of its time. */
function otherOf({ detail, certificates: [, other] }: TlsFault, context: RuleContext): string {
  return detail === null || other === undefined
    ? ''
    : `; ${detail} has another, valid until ${day(other.notAfter, context)}`;
}

function brief(certificate: Certificate, context: RuleContext): string {
  return `${certificate.fingerprint.slice(0, 11)}... until ${day(certificate.notAfter, context)}`;
}

function namesOf(certificate: Certificate | undefined): string {
  const names = certificate?.names ?? [];
  return names.length === 0 ? '' : ` (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''})`;
}

/** The day of a time, in UTC. */
function day(seconds: number | undefined, context: RuleContext): string {
  return seconds === undefined ? '' : timeOf(seconds, context).slice(0, 10);
}

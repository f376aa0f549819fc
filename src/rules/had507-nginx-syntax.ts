import type { Certainty, Severity } from '../model/finding.ts';
import type { NginxError, NginxNode } from '../model/nginx.ts';
import { nginxSubject } from './on-nginx.ts';
import { defineRule, type Judgement } from './rule.ts';

export const nginxSyntax = defineRule({
  code: 'HAD507',
  name: 'nginx-syntax',
  severity: 'error',
  title: 'nginx does not take its configuration',
  explanation: `nginx reads its files when it starts and when it reloads. A reload that fails leaves the old configuration in place, so that nothing is
noticed until the node restarts. Where the output of \`nginx -t\` is at hand it decides; else the files are read as nginx reads them. A directive that
is not in the table of nginx, NGINX Plus and the usual modules may be of a module that we do not know: that is info.`,
  consequence: 'nginx goes on with what it loaded before, and does not start again: after a restart nobody answers',
  confirm: 'On the node: `nginx -t`.',
  remedy: 'mend the line that is named, until nginx -t is content; then nginx -s reload',
  references: [
    'https://nginx.org/en/docs/switches.html',
    'https://nginx.org/en/docs/beginners_guide.html#conf_structure',
  ],
  needs: ['nginx'],
  check({ nginx }) {
    return nginx.flatMap((node) => (node.test === null ? judgeFiles(node) : judgeTest(node.node, node.test)));
  },
});

function judgeTest(node: string, { isOk, complaints }: NonNullable<NginxNode['test']>): Judgement[] {
  if (isOk) return [];
  const [first = 'nginx -t fails'] = complaints;
  return [
    {
      subject: nginxSubject([node]),
      message: `nginx -t fails on ${node}: ${first}`,
      evidence: complaints.slice(0, 8).map((text) => ({ kind: 'command', node, command: 'nginx -t', text })),
    },
  ];
}

/** nginx ends at the first error; what comes behind it may be its consequence. Unknown directives stand each for itself. */
function judgeFiles({ node, config: { errors } }: NginxNode): Judgement[] {
  const hard = errors.filter(({ kind }) => kind !== 'unknown' && kind !== 'unreadable');
  const [first] = hard;
  const unknown = errors.filter(({ kind }) => kind === 'unknown');
  return [
    ...(first === undefined
      ? []
      : [judgeError(node, first, hard, 'error', hard.some(({ kind }) => kind === 'syntax') ? 'certain' : 'likely')]),
    ...unknown.map((error) => judgeError(node, error, [error], 'info', 'possible')),
  ];
}

function judgeError(
  node: string,
  first: NginxError,
  all: readonly NginxError[],
  severity: Severity,
  certainty: Certainty,
): Judgement {
  return {
    subject: nginxSubject([node], `${first.file}:${first.line}`),
    severity,
    certainty,
    message: `${node}: ${first.message} in ${first.file}:${first.line}`,
    evidence: all.slice(0, 8).map(({ file, line, message }) => ({ kind: 'config', node, file, line, text: message })),
    ...(severity === 'info' ? { consequence: 'nginx refuses it, unless a module that it loads knows it' } : {}),
  };
}

import type { AwsNode, ElasticIpScript } from '../model/aws.ts';
import type { Evidence } from '../model/finding.ts';
import { answersNeeded, scriptEvidence, scriptsIn, subjectOn } from './on-aws.ts';
import { defineRule } from './rule.ts';

export const notifyScriptCannotRun = defineRule({
  code: 'HAD702',
  name: 'notify-script-cannot-run',
  severity: 'error',
  title: 'The script that moves the Elastic IP cannot run',
  explanation: `The notify script of NGINX's guide for AWS (nginx-ha-notify, 2017) asks the metadata service with wget, AWS with the aws command, and takes the
answers apart with Python 2; it starts nginx with service. What of that is not on the node makes its variables empty, and it goes on all the
same. A current distribution has no Python 2: its print statement is a syntax error in Python 3. The guide downloads the script with wget,
which leaves it without the right to be executed. Programs are looked up as keepalived's own PATH finds them.`,
  consequence: 'VRRP fails over, and the Elastic IP stays where it is: clients go on to the node that is not master',
  confirm:
    'On the node, as root: `sh -x /usr/lib/keepalived/nginx-ha-notify INSTANCE VI_1 MASTER`, which moves the address.',
  remedy:
    'install what is missing; in place of Python 2 let aws pick the value: aws ec2 describe-addresses --allocation-ids ID --query Addresses[0].InstanceId --output text',
  references: [
    'https://github.com/nginxinc/aws-ha-elastic-ip',
    'https://docs.nginx.com/nginx/deployment-guides/amazon-web-services/high-availability-keepalived/',
  ],
  needs: ['aws'],
  lacks({ aws }) {
    const isKnown = scriptsIn(aws).some(({ script, programs }) => script.mode !== null || programs !== null);
    if (isKnown || aws.nodes.length === 0) return null;
    return {
      reason: 'nobody looked which programs the notify script finds',
      needs: ['commands/stat.json', ...answersNeeded('programs')],
    };
  },
  check({ aws }) {
    return scriptsIn(aws).flatMap((node) => {
      const faults = faultsOf(node, node.script);
      if (faults.length === 0) return [];
      const { path, mode } = node.script;
      return [
        {
          subject: subjectOn(aws, [node.node]),
          message: `${path} cannot do its work on ${node.node}: ${faults.map(({ message }) => message).join('; ')}`,
          evidence: faults.map(({ evidence }) => evidence),
          ...(isNotExecutable(mode) ? { remedy: `on ${node.node}: chmod 755 ${path}` } : {}),
        },
      ];
    });
  },
});

function faultsOf(
  { node, programs }: AwsNode,
  script: ElasticIpScript,
): readonly { readonly message: string; readonly evidence: Evidence }[] {
  const uses = script.programs.flatMap((use) => {
    const program = programs?.find(({ name }) => name === use.name);
    const evidence = scriptEvidence(node, use.line);
    if (program === undefined) return [];
    if (program.path === null) return [{ message: `${use.name} is not there`, evidence }];
    const isPython3 = (program.majorVersion ?? 2) > 2 && script.python2 !== null;
    return isPython3 && script.python2 !== null
      ? [
          {
            message: `${use.name} is Python 3, the script is for Python 2`,
            evidence: scriptEvidence(node, script.python2),
          },
        ]
      : [];
  });
  const { path, mode } = script;
  if (!isNotExecutable(mode)) return uses;
  const text = `mode ${(mode ?? 0).toString(8).padStart(4, '0')}`;
  return [
    { message: 'it is not executable', evidence: { kind: 'command', node, command: `stat ${path}`, text } },
    ...uses,
  ];
}

function isNotExecutable(mode: number | null): boolean {
  return mode !== null && (mode & 0o111) === 0;
}

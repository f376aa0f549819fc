import { scriptEvidence, scriptsIn, subjectOn } from './on-aws.ts';
import { defineRule } from './rule.ts';

export const awsKeysReadable = defineRule({
  code: 'HAD710',
  name: 'aws-keys-readable',
  severity: 'warning',
  title: 'AWS keys stand in a script that others may read',
  explanation: `The notify script sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and users other than root may read the file. A role of the instance
needs no keys at all.`,
  consequence: 'whoever has an account on the node can take the Elastic IP, and whatever else the keys allow',
  confirm: 'On the node: `ls -l` of the script.',
  remedy: 'chmod 700 on the script; better: attach a role to the instance, take the keys out and have them revoked',
  references: [
    'https://docs.nginx.com/nginx/deployment-guides/amazon-web-services/high-availability-keepalived/',
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html',
  ],
  needs: ['aws'],
  lacks({ aws }) {
    const keyed = scriptsIn(aws).filter(({ script }) => script.keys.length > 0);
    if (keyed.length === 0 || keyed.some(({ script }) => script.mode !== null)) return null;
    return { reason: 'who may read the notify script is not known', needs: ['commands/stat.json'] };
  },
  check({ aws }) {
    return scriptsIn(aws).flatMap(({ node, script: { path, mode, gid, keys } }) => {
      if (keys.length === 0 || mode === null) return [];
      const byAll = (mode & 0o004) !== 0;
      const byGroup = (mode & 0o040) !== 0 && gid !== null && gid !== 0;
      if (!byAll && !byGroup) return [];
      const text = `mode ${mode.toString(8).padStart(4, '0')}, gid ${gid ?? 'not known'}`;
      return [
        {
          subject: subjectOn(aws, [node]),
          message: `AWS keys stand in ${path} on ${node}, which ${byAll ? 'everybody' : `group ${gid}`} may read`,
          evidence: [
            ...keys.map((line) => scriptEvidence(node, line)),
            { kind: 'command', node, command: `stat ${path}`, text },
          ],
          remedy: `on ${node}: chmod 700 ${path}; better, attach a role to the instance and take the keys out`,
        },
      ];
    });
  },
});

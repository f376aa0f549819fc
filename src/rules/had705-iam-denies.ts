import { answersNeeded, awsEvidence, subjectOn } from './on-aws.ts';
import { defineRule } from './rule.ts';

export const iamDenies = defineRule({
  code: 'HAD705',
  name: 'iam-denies',
  severity: 'error',
  title: 'AWS refuses what the notify script has to do',
  explanation: `The script moves the Elastic IP with the role of the instance, or with keys that stand in it. It needs DescribeInstances,
DescribeAddresses, AssociateAddress and DisassociateAddress. Each was asked as a dry run on the node with the script's own credentials, by
which AWS says whether it would be allowed and does nothing.`,
  consequence:
    'at the next failover the script logs empty values or nothing, and the Elastic IP does not follow the master',
  confirm:
    'On the node, as root: `aws ec2 associate-address --dry-run --allocation-id ID --instance-id ID` answers UnauthorizedOperation.',
  remedy:
    'attach a role to the instance whose policy allows ec2:DescribeInstances, ec2:DescribeAddresses, ec2:AssociateAddress and ec2:DisassociateAddress',
  references: [
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html',
    'https://docs.nginx.com/nginx/deployment-guides/amazon-web-services/high-availability-keepalived/',
  ],
  needs: ['aws'],
  lacks({ aws }) {
    if (aws.nodes.length === 0 || aws.nodes.some(({ dryRuns }) => dryRuns !== null)) return null;
    const why = aws.nodes.find(({ dryRunsSkipped }) => dryRunsSkipped !== null)?.dryRunsSkipped;
    return { reason: why ?? 'no dry runs were made on the nodes', needs: answersNeeded('dry-runs') };
  },
  check({ aws }) {
    return aws.nodes.flatMap(({ node, dryRuns }) => {
      const refused = (dryRuns ?? []).filter(({ outcome }) => outcome === 'refused');
      if (refused.length === 0) return [];
      return [
        {
          subject: subjectOn(aws, [node]),
          message: refused.every(({ code }) => code === 'NoCredentials')
            ? `the notify script has no credentials on ${node}: the instance has no role, and the script no keys`
            : `on ${node} AWS refuses ${refused.map(({ action }) => action).join(', ')} to the notify script: ${[...new Set(refused.map(({ code }) => code))].join(', ')}`,
          evidence: refused.map(({ action, reason }) => awsEvidence(node, `${action} --dry-run`, reason ?? 'refused')),
        },
      ];
    });
  },
});

import { answersNeeded, awsEvidence, scriptEvidence, scriptsIn, subjectOn } from './on-aws.ts';
import { defineRule } from './rule.ts';

export const imdsv1Only = defineRule({
  code: 'HAD703',
  name: 'imdsv1-only',
  severity: 'error',
  title: 'The notify script asks for metadata without a token, and the instance wants one',
  explanation: `The script asks the instance metadata service (169.254.169.254, or the name instance-data) for the instance's id and host name. An instance
whose metadata options say \`HttpTokens: required\` answers only requests with a token (IMDSv2), as does every newer AMI by default; one
with \`HttpEndpoint: disabled\` answers none. The script takes the empty answer for an id.`,
  consequence:
    'the script does not know on which instance it runs, and moves nothing: the Elastic IP stays with the old master',
  confirm: 'On the node: `curl -i http://169.254.169.254/latest/meta-data/instance-id` answers 401.',
  remedy:
    'in the script: token=$(curl -sX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token), and -H "X-aws-ec2-metadata-token: $token" with each question',
  references: [
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html',
    'https://github.com/nginxinc/aws-ha-elastic-ip',
  ],
  needs: ['aws'],
  lacks({ aws }) {
    const asking = scriptsIn(aws).filter(({ script }) => script.metadata !== null && !script.metadata.hasToken);
    if (asking.length === 0 || asking.some(({ instance }) => instance !== null)) return null;
    return {
      reason: 'the metadata options of the instances are not known',
      needs: answersNeeded('describe-instances-by-address'),
    };
  },
  check({ aws }) {
    return scriptsIn(aws).flatMap(({ node, script: { metadata }, instance }) => {
      if (metadata === null || instance === null) return [];
      const isRefused = instance.requiresToken === true && !metadata.hasToken;
      const isOff = instance.hasMetadata === false;
      if (!isRefused && !isOff) return [];
      const { instanceId } = instance;
      return [
        {
          subject: subjectOn(aws, [node]),
          message: isOff
            ? `the notify script on ${node} asks the metadata service, which is switched off on ${instanceId}`
            : `the notify script on ${node} asks for metadata without a token, and ${instanceId} requires one`,
          evidence: [
            scriptEvidence(node, metadata.line),
            awsEvidence(
              node,
              `describe-instances --instance-ids ${instanceId}`,
              isOff ? 'HttpEndpoint: disabled' : 'HttpTokens: required',
            ),
          ],
          ...(isOff
            ? { remedy: `aws ec2 modify-instance-metadata-options --instance-id ${instanceId} --http-endpoint enabled` }
            : {}),
        },
      ];
    });
  },
});

import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const authPassTruncated = defineRule({
  code: 'HAD401',
  name: 'auth-pass-truncated',
  severity: 'warning',
  title: 'The VRRP password is longer than what counts of it',
  explanation: `The field of VRRPv2 has 8 bytes: keepalived cuts \`auth_pass\` to them, and says so in its log. Two passwords that begin alike are one.`,
  consequence: 'the password is weaker than it looks; another pair whose password begins alike is not told apart',
  confirm: '`keepalived -t` says "Truncating auth_pass to 8 characters".',
  remedy: 'an auth_pass of at most 8 bytes, the same on both nodes, then reload both',
  references: ['RFC 2338 section 5.3.6', 'keepalived.conf(5) auth_pass'],
  needs: ['configurations'],
  check({ configurations }, context) {
    return configurations.flatMap((node) =>
      node.config.instances.flatMap((instance) => {
        const { authentication } = instance;
        const password = authentication?.password;
        if (!authentication?.isInEffect || !password?.value?.isLonger || password.line === null) return [];
        const shown = `auth_pass ${context.mark(password.value.significant)}`;
        return [
          {
            subject: subjectOf([node], instance),
            message: `auth_pass of ${instance.name} on ${node.node} is longer than 8 bytes: the rest does not count`,
            evidence: [lineEvidence(node, password.line, shown)],
          },
        ];
      }),
    );
  },
});

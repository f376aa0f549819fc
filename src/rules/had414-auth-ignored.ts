import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const authIgnored = defineRule({
  code: 'HAD414',
  name: 'auth-ignored',
  severity: 'warning',
  title: 'Authentication that is not in effect',
  explanation: `VRRPv3 has no authentication, and strict mode allows none: keepalived drops \`authentication\` with a line in its log. IPv6 is always VRRPv3.
An \`auth_type\` without \`auth_pass\` is none either.`,
  consequence: 'adverts carry no password, and any sender of the vrid is believed',
  confirm: '`keepalived -t` says "does not support authentication"; `ha-doctor sniff` shows the adverts\' authtype.',
  remedy:
    'remove authentication, or with VRRPv2 wanted vrrp_version 2 on both nodes; auth_hmac (keepalived 2.4) works with both',
  references: ['RFC 9568 section 9', 'keepalived.conf(5) authentication, vrrp_strict'],
  needs: ['configurations'],
  check({ configurations }) {
    return configurations.flatMap((node) =>
      node.config.instances.flatMap((instance) => {
        const { authentication, version, strict } = instance;
        if (authentication === null || authentication.isInEffect || authentication.type.value === null) return [];
        const because =
          version.value === 3 ? 'it is VRRPv3' : strict.value ? 'vrrp_strict is on' : 'there is no auth_pass';
        const other = version.value === 3 ? version.line : strict.value ? strict.line : null;
        return [
          {
            subject: subjectOf([node], instance),
            message: `${instance.name} on ${node.node} uses no authentication, since ${because}`,
            evidence: [lineEvidence(node, authentication.line), ...(other === null ? [] : [lineEvidence(node, other)])],
          },
        ];
      }),
    );
  },
});

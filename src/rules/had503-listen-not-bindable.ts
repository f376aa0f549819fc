import { groupedBy, nginxSubject, placeEvidence } from './on-nginx.ts';
import { defineRule, type Judgement } from './rule.ts';

export const listenNotBindable = defineRule({
  code: 'HAD503',
  name: 'listen-not-bindable',
  severity: 'error',
  title: 'nginx listens on an address that the node may not have',
  explanation: `nginx binds its addresses when it starts, and new ones when it reloads. An address that the node has not (the virtual one, on the
backup) cannot be bound unless net.ipv4.ip_nonlocal_bind (net.ipv6.ip_nonlocal_bind) is 1: nginx ends with "bind() to 10.0.0.100:443 failed (99:
Cannot assign requested address)". A node that is master when nginx starts does not notice.`,
  consequence: 'nginx cannot start while the node is backup: after the failover nobody answers',
  confirm:
    'On the backup: `sysctl net.ipv4.ip_nonlocal_bind`; `nginx -t` says whether the address can be bound right now.',
  remedy:
    'sysctl -w net.ipv4.ip_nonlocal_bind=1 on both nodes, and in /etc/sysctl.d; or `listen 80;`, which is every address',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
    'https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html',
  ],
  needs: ['nginxBindings'],
  check({ nginxBindings }) {
    return nginxBindings.flatMap(({ node, listens, nonlocalBind, addresses, vips }) => {
      const byAddress = groupedBy(listens, ({ address }) => address);
      return [...byAddress].flatMap(([address, places]): Judgement[] => {
        const family = address.includes(':') ? 'ipv6' : 'ipv4';
        const isVip = vips.includes(address);
        const isAbsent = addresses !== null && !addresses.includes(address);
        if (nonlocalBind[family] !== false || !(isVip || isAbsent)) return [];
        const sysctl = `net.${family}.ip_nonlocal_bind`;
        return [
          {
            subject: nginxSubject([node], `listen ${address}`, isVip ? address : null),
            message: `${node} listens on ${address}, ${isVip ? 'a virtual address' : 'which it has not'}, and ${sysctl} is 0`,
            evidence: [
              ...places.flatMap(({ place }) => placeEvidence(node, place)),
              { kind: 'command', node, command: 'sysctl -a', text: `${sysctl} = 0` },
            ],
            consequence: isAbsent
              ? `nginx on ${node} cannot start as things are: after a failover nobody answers there`
              : `nginx on ${node} cannot start while the node is backup: after the failover nobody answers`,
            remedy: `on ${node}: sysctl -w ${sysctl}=1, and the same in /etc/sysctl.d; or listen without the address`,
          },
        ];
      });
    });
  },
});

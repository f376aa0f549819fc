import { defineRule } from './rule.ts';

export const interfaceDown = defineRule({
  code: 'HAD606',
  name: 'interface-down',
  severity: 'error',
  title: 'The interface of an instance is missing, down, or has no address',
  explanation: `keepalived puts an instance into FAULT while its interface is not there, is down, or has lost its link, and it cannot send without an
address of the instance's family.`,
  consequence: 'the instance stays in FAULT: the node can neither be master nor take over',
  confirm: 'On the node: `ip -br addr`; `journalctl -u keepalived | grep -i fault`.',
  remedy: 'bring the interface up: ip link set INTERFACE up; or name the right one in `interface`',
  references: ['keepalived.conf(5) interface'],
  needs: ['configurations', 'interfaces'],
  check({ configurations, interfaces }) {
    return configurations.flatMap(({ node, config }) => {
      const present = interfaces.find((other) => other.node === node)?.interfaces;
      if (present === undefined) return [];
      return config.instances.flatMap(({ name, family, vrid, interface: setting, vmac }) => {
        if (setting.value === null) return [];
        const link = present.find((other) => other.name === setting.value);
        const complaint =
          link === undefined
            ? 'does not exist'
            : !link.isUp
              ? 'is down'
              : !link.hasCarrier
                ? 'has no link'
                : vmac.value === null && !link.addresses.some((address) => address.family === family)
                  ? `has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`
                  : null;
        if (complaint === null) return [];
        const { line } = setting;
        return [
          {
            subject: { nodes: [node], instance: name, family, vrid: vrid.value, vip: null },
            message: `${name} on ${node} uses ${setting.value}, which ${complaint}`,
            evidence: [
              ...(line === null
                ? []
                : [{ kind: 'config' as const, node, file: line.file, line: line.line, text: line.text }]),
              { kind: 'command' as const, node, command: 'ip -j addr', text: `${setting.value} ${complaint}` },
            ],
          },
        ];
      });
    });
  },
});

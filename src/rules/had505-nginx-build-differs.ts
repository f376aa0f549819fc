import { nginxSubject } from './on-nginx.ts';
import { listOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const nginxBuildDiffers = defineRule({
  code: 'HAD505',
  name: 'nginx-build-differs',
  severity: 'warning',
  title: 'The nodes run different builds of nginx',
  explanation: `Versions and modules decide which directives nginx takes and what their defaults are. Paths of the build itself (where it was compiled,
flags of the compiler) do not count.`,
  consequence: 'a configuration that one node takes may be refused by the other, or mean something else there',
  confirm: 'On both nodes: `nginx -V`.',
  remedy: 'the same packages on both nodes',
  references: ['https://nginx.org/en/docs/switches.html'],
  needs: ['nginxBuilds'],
  check({ nginxBuilds }) {
    const [a, b] = nginxBuilds;
    if (a === undefined || b === undefined) return [];
    const [here, there] = [a, b].map(
      ({ arguments: words }) => new Set(words.filter((word) => !/^--(with-(cc|ld)-opt|build)/.test(word))),
    );
    const only = (x: ReadonlySet<string> = new Set(), y: ReadonlySet<string> = new Set()) =>
      [...x].filter((word) => !y.has(word)).sort();
    const [onlyA, onlyB] = [only(here, there), only(there, here)];
    const differences = [
      ...(a.version === b.version ? [] : [`${a.node} runs ${a.version}, ${b.node} ${b.version}`]),
      ...(onlyA.length === 0 ? [] : [`only ${a.node} was built with ${listOf(onlyA, 3)}`]),
      ...(onlyB.length === 0 ? [] : [`only ${b.node} was built with ${listOf(onlyB, 3)}`]),
    ];
    if (differences.length === 0) return [];
    return [
      {
        subject: nginxSubject([a.node, b.node]),
        message: differences.join('; '),
        evidence: [a, b].map(({ node, version }, i) => ({
          kind: 'command' as const,
          node,
          command: 'nginx -V',
          text: [version, ...(i === 0 ? onlyA : onlyB)].join(' '),
        })),
      },
    ];
  },
});

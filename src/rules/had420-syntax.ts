import { damageOf, judgeErrors } from './in-one-configuration.ts';
import { defineRule } from './rule.ts';

export const syntax = defineRule({
  code: 'HAD420',
  name: 'syntax',
  severity: 'error',
  title: 'Braces, quotes, lines or includes that keepalived reads in another way',
  explanation: `A brace or quote too many or too few moves all that follows into another block, or out of every block. Comments begin with \`#\` or \`!\`; \`//\`
begins none. A line holds 1,023 bytes. A plain \`include\` that matches nothing is silently tolerated; \`includer\`, \`includem\`, \`includew\`, \`includeb\`,
\`includea\` and \`include_check\` make it an error.`,
  consequence: 'keepalived reads another configuration than the one that is meant, and mostly starts with it',
  confirm: '`keepalived -t` names the line; for braces the number of those missing.',
  remedy: 'balance the braces and quotes, # for comments, and the included file in its place; then keepalived -t',
  references: ['keepalived.conf(5) include, include_check', 'keepalived lib/parser.c'],
  needs: ['configurations'],
  check({ configurations }) {
    return [
      ...judgeErrors(configurations, ({ kind }) => kind === 'syntax' || kind === 'include', damageOf),
      ...judgeErrors(
        configurations,
        ({ kind }) => kind === 'include-tolerated',
        () => ({
          severity: 'info',
          consequence: 'keepalived goes on without what the file would hold',
          remedy: 'the file in its place, or no such include; includea instead of include makes it an error',
        }),
      ),
    ];
  },
});

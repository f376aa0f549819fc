import { damageOf, judgeErrors } from './in-one-configuration.ts';
import { defineRule } from './rule.ts';

export const unknownKeyword = defineRule({
  code: 'HAD411',
  name: 'unknown-keyword',
  severity: 'error',
  title: 'A keyword that keepalived does not know',
  explanation: `keepalived skips a keyword that it does not know, and goes on. Where the keyword opens a block, it skips the keyword only: the brace is
ignored, what the block holds is read as part of the block around it, and the closing brace closes *that*. All that follows in it is then outside of it.`,
  consequence: 'the setting is not in effect',
  confirm: '`keepalived -t` says "Unknown keyword", with the line.',
  remedy: 'correct or remove it; for a keyword of a later version, that version on both nodes',
  references: ['keepalived.conf(5)', 'keepalived lib/parser.c process_stream'],
  needs: ['configurations'],
  check({ configurations }) {
    return judgeErrors(configurations, ({ kind }) => kind === 'unknown-keyword', damageOf);
  },
});

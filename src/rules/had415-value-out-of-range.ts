import { judgeErrors } from './in-one-configuration.ts';
import { defineRule } from './rule.ts';

export const valueOutOfRange = defineRule({
  code: 'HAD415',
  name: 'value-out-of-range',
  severity: 'error',
  title: 'A value that keepalived does not accept',
  explanation: `keepalived complains of a value that it cannot read, that is outside of its range, missing or given twice, and goes on without it: with the
default (priority 100), with the value before, or without the line (an address). A keyword without any value at all ends it.`,
  consequence: 'another value than the one written is in effect, or none',
  confirm: '`keepalived -t` names the line.',
  remedy: 'a value within the range, on both nodes, then reload',
  references: ['keepalived.conf(5)'],
  needs: ['configurations'],
  check({ configurations }) {
    return judgeErrors(
      configurations,
      ({ kind, isSilent }) => !isSilent && (kind === 'value' || kind === 'missing' || kind === 'duplicate'),
    );
  },
});

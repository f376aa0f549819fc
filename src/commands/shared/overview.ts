import type { CommandEntry } from './command-entry.ts';

/** `ha-doctor --help`. */
export function overview(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  return [
    'ha-doctor: troubleshooting for nginx behind keepalived (VRRP)',
    '',
    ...commands.map(({ usage, summary }) => `  ha-doctor ${usage.padEnd(width)}  ${summary}`),
    '',
    '  ha-doctor COMMAND --help    options of a command',
    '  ha-doctor --version',
    '',
    'exit code: 0 nothing wrong, 1 findings, 2 unreadable input or wrong usage',
    '',
  ].join('\n');
}

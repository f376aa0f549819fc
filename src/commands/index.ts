import type { CommandEntry } from './shared/command-entry.ts';

/** Every command, in the order of the help. Only the one that was asked for is loaded. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'sniff',
    aliases: [],
    usage: 'sniff [-i IFACE | -r FILE]',
    summary: 'VRRP: who is master, and what is wrong',
    load: async () => (await import('./sniff/command.ts')).sniffCommand(),
  },
  {
    name: 'logs',
    aliases: [],
    usage: 'logs [FILE | - | NODE ...]',
    summary: 'transitions of all nodes on one clock, with causes',
    load: async () => (await import('./logs/command.ts')).logsCommand(),
  },
  {
    name: 'diff',
    aliases: [],
    usage: 'diff [A] B',
    summary: 'keepalived.conf of both nodes, compared',
    load: async () => (await import('./diff.ts')).diffCommand(),
  },
  {
    name: 'status',
    aliases: ['master'],
    usage: 'status [NODE ...]',
    summary: 'who is master now, and whether all agree',
    load: async () => (await import('./status/command.ts')).statusCommand(),
  },
  {
    name: 'check',
    aliases: [],
    usage: 'check [NODE ...]',
    summary: 'everything above as one diagnosis',
    load: async () => (await import('./check/command.ts')).checkCommand(),
  },
  {
    name: 'simulate',
    aliases: [],
    usage: 'simulate A [B]',
    summary: 'who is master when what fails',
    load: async () => (await import('./simulate.ts')).simulateCommand(),
  },
  {
    name: 'collect',
    aliases: [],
    usage: 'collect NODE ...',
    summary: 'evidence of nodes in a bundle, secrets masked',
    load: async () => (await import('./collect/command.ts')).collectCommand(),
  },
  {
    name: 'explain',
    aliases: [],
    usage: 'explain [CODE | NAME]',
    summary: 'what a finding means, and what to do',
    load: async () => (await import('./explain.ts')).explainCommand(),
  },
  {
    name: 'completion',
    aliases: [],
    usage: 'completion bash|zsh|fish',
    summary: 'completion for your shell',
    load: async (all) => (await import('./completion.ts')).completionCommand(all),
  },
];

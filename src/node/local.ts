import { spawn } from 'node:child_process';
import { ShellFailure, ShellNode } from './shell-node.ts';

/** This machine, read by its own shell: the same script as by ssh, so that both see the same. */
export function openLocal(name: string): ShellNode {
  return new ShellNode(name, 'local', {
    // A process group of its own: the script ends all of it when it is left alone.
    start: async (script) => spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'pipe' }),
    failure: (status, stderr) =>
      new ShellFailure('failed', stderr.split('\n')[0] || `the shell ended with exit code ${status}`),
    close: async () => {},
  });
}

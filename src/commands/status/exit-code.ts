import type { InstanceStatus } from '../../model/status.ts';

/**
 * 0: each instance has exactly one master. 1: one has not. 2: a node could not be read; of an instance whose verdict is
 * open because of it, too (interface.md, exit codes).
 */
export function exitCodeOfStatus(instances: readonly InstanceStatus[], isIncomplete: boolean): 0 | 1 | 2 {
  if (isIncomplete) return 2;
  return instances.every(({ verdict }) => verdict === 'one-master') ? 0 : 1;
}

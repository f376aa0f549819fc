import type { InstanceCounters } from '../../model/dump.ts';
import { type Labelled, numberIn, readLabels, valueAt } from './labels.ts';

/** Reads keepalived.stats, what SIGUSR2 makes keepalived 1.3 to 2.4 write; null where the text has no instance in it. */
export function readStats(text: string): readonly InstanceCounters[] | null {
  const instances = readLabels(text).filter(({ label, value }) => label === 'VRRP Instance' && value !== '');
  return instances.length === 0 ? null : instances.map(({ value, below }) => countersOf(value, below));
}

function countersOf(instance: string, labels: readonly Labelled[]): InstanceCounters {
  const count = (label: string): number | null => numberIn(valueAt(labels, label));
  const within = (group: string, label: string): number | null =>
    numberIn(valueAt(labels.find((one) => one.label === group)?.below ?? [], label));
  return {
    instance,
    advertsReceived: within('Advertisements', 'Received'),
    advertsSent: within('Advertisements', 'Sent'),
    becameMaster: count('Became master'),
    releasedMaster: count('Released master'),
    lengthErrors: within('Packet Errors', 'Length'),
    ttlErrors: within('Packet Errors', 'TTL'),
    typeErrors: within('Packet Errors', 'Invalid Type'),
    intervalErrors: within('Packet Errors', 'Advertisement Interval'),
    addressListErrors: within('Packet Errors', 'Address List'),
    authTypeErrors: within('Authentication Errors', 'Invalid Type'),
    authMismatchErrors: within('Authentication Errors', 'Type Mismatch'),
    authFailures: within('Authentication Errors', 'Failure'),
    priorityZeroReceived: within('Priority Zero', 'Received'),
    priorityZeroSent: within('Priority Zero', 'Sent'),
  };
}

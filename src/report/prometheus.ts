import type { Finding } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import type { InstanceStatus } from '../model/status.ts';
import { inSeconds, type Timestamp } from '../model/time.ts';
import { mastersOf } from './nagios.ts';

const states = ['MASTER', 'BACKUP', 'FAULT', 'STOP', 'INIT'] as const;

/**
 * Metrics for the textfile collector of Prometheus' node exporter
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). What is not known has no sample.
 */
export function prometheusText(
  instances: readonly InstanceStatus[],
  findings: readonly Finding[],
  now: Timestamp,
): string {
  const nodes = instances.flatMap((instance) => instance.nodes.map((node) => ({ instance, node })));
  const codes = new Map<string, { severity: string; count: number }>();
  for (const { code, severity } of findings) {
    codes.set(code, { severity: codes.get(code)?.severity ?? severity, count: (codes.get(code)?.count ?? 0) + 1 });
  }
  return [
    ...metric(
      'ha_doctor_masters',
      'Nodes that are master of the instance, or hold its addresses.',
      instances.map((instance) => [routerLabels(instance), mastersOf(instance)]),
    ),
    ...metric(
      'ha_doctor_state',
      '1 for the state that the node is in.',
      nodes
        .filter(({ node }) => node.state !== null)
        .flatMap(({ instance, node }) =>
          states.map(
            (state) => [{ ...routerLabels(instance), node: node.node, state }, node.state === state ? 1 : 0] as const,
          ),
        ),
    ),
    ...metric(
      'ha_doctor_ready',
      'Whether the node could be master now.',
      nodes.flatMap(({ instance, node }) =>
        node.ready === null ? [] : [[{ ...routerLabels(instance), node: node.node }, node.ready ? 1 : 0] as const],
      ),
    ),
    ...metric(
      'ha_doctor_findings',
      'Findings of the last run.',
      [...codes].map(([code, { severity, count }]) => [{ code, severity }, count]),
    ),
    ...metric('ha_doctor_last_run_timestamp_seconds', 'When ha-doctor ran last.', [[{}, inSeconds(now)]]),
  ].join('\n');
}

type Labels = Readonly<Record<string, string>>;

function routerLabels({ instance, family, vrid }: InstanceStatus): Labels {
  return { instance, family, vrid: vrid === null ? '' : String(vrid) };
}

function metric(name: string, help: string, samples: readonly (readonly [Labels, number])[]): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}`),
  ];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return printable(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

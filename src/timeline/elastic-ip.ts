import type { Timestamp } from '../model/time.ts';
import type { ElasticIpRun } from '../model/timeline.ts';
import type { FactOf } from './entry.ts';

/** What a `Params and Values` line says (github.com/nginxinc/aws-ha-elastic-ip, nginx-ha-notify). */
export function elasticIpRun({ node, line, event }: FactOf<'notify'>, time: Timestamp | null): ElasticIpRun {
  const parameters = event.parameters ?? {};
  const own = (name: string) => parameters[name] || null;
  return {
    node,
    line,
    time,
    instance: event.instance,
    state: event.state,
    own: own('INSTANCE_ID'),
    other: own('OTHER_INSTANCE_ID'),
    holder: own('EIP_INSTANCE'),
    empty: Object.keys(parameters).filter((name) => parameters[name] === ''),
  };
}

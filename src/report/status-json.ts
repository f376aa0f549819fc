import type { InstanceStatus, NodeStatus, SourceVoice } from '../model/status.ts';
import type { Timestamp } from '../model/time.ts';
import { type Document, documentJson } from './json.ts';
import type { Times } from './times.ts';

/** `status --json` */
export function statusJson(instances: readonly InstanceStatus[], document: Document, times: Times): string {
  return documentJson('status', document, { instances: instancesJson(instances, times) });
}

/** The instances as `status --json` has them, for other documents too. */
export function instancesJson(instances: readonly InstanceStatus[], times: Times): readonly object[] {
  return instances.map(({ instance, family, vrid, vips, verdict, master, others, elasticIp, nodes }) => ({
    instance,
    family,
    vrid,
    vips,
    verdict,
    master,
    others,
    elasticIp,
    nodes: nodes.map((node) => nodeJson(node, times)),
  }));
}

function nodeJson({ since, sources, ...node }: NodeStatus, times: Times): object {
  return { ...node, since: timeOf(since, times), sources: sources.map((voice) => voiceJson(voice, times)) };
}

function voiceJson({ source, says, time, detail, isStale }: SourceVoice, times: Times): object {
  return { source, says, time: timeOf(time, times), detail, stale: isStale };
}

function timeOf(time: Timestamp | null, times: Times): string | null {
  return time === null ? null : times.rfc3339(time);
}

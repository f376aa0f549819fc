import { counted, nginxSubject, timeOf } from './on-nginx.ts';
import { defineRule, type Judgement } from './rule.ts';

/** `ps` tells whole seconds, and a file may be written while nginx reloads. */
const toleranceSeconds = 2;

export const configNotLoaded = defineRule({
  code: 'HAD504',
  name: 'config-not-loaded',
  severity: 'warning',
  title: 'nginx has not loaded what its files say',
  explanation: `A reload replaces all workers. Where a file of the configuration is newer than the oldest worker that still takes connections, that
worker was told something else: what lies on the disk was never loaded, and takes effect at a moment that nobody chose.`,
  consequence: 'nginx serves an older configuration than its files show; the next restart or reload changes it',
  confirm:
    "`ps -o lstart,args -C nginx` beside `ls -l --time-style=full-iso` of the file; the log has 'reconfiguring'.",
  remedy: 'nginx -t, then nginx -s reload',
  references: ['https://nginx.org/en/docs/control.html'],
  needs: ['nginxLoadings'],
  check({ nginxLoadings }, context) {
    const time = (seconds: number) => timeOf(seconds, context);
    return nginxLoadings.flatMap(({ node, oldestWorker, files }): Judgement[] => {
      if (oldestWorker === null) return [];
      const { pid, startSeconds } = oldestWorker;
      const newer = files
        .filter(({ modifiedSeconds }) => modifiedSeconds > startSeconds + toleranceSeconds)
        .sort((a, b) => b.modifiedSeconds - a.modifiedSeconds);
      const [newest] = newer;
      if (newest === undefined) return [];
      const more = newer.length > 1 ? ` and ${counted(newer.length - 1, 'more file')}` : '';
      return [
        {
          subject: nginxSubject([node]),
          certainty: 'likely',
          message: `on ${node} ${newest.path}${more} changed after its workers were started`,
          evidence: [
            { kind: 'command', node, command: 'ps', text: `worker ${pid} since ${time(startSeconds)}` },
            ...newer.slice(0, 8).map(({ path, modifiedSeconds }) => ({
              kind: 'command' as const,
              node,
              command: `stat ${path}`,
              text: `changed ${time(modifiedSeconds)}`,
            })),
          ],
          remedy: `on ${node}: nginx -t, then nginx -s reload`,
        },
      ];
    });
  },
});

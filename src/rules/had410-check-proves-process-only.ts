import { defineRule } from './rule.ts';
import { judgeChecks } from './scripts.ts';

export const checkProvesProcessOnly = defineRule({
  code: 'HAD410',
  name: 'check-proves-process-only',
  severity: 'info',
  title: 'A check asks only whether a process exists',
  explanation: `\`pidof\`, \`pgrep\`, \`killall -0\` and \`service nginx status\` succeed while a process of that name exists. One that hangs, has no worker
left, or listens on nothing passes them.`,
  consequence: 'nginx may answer nothing, and the VIP stays',
  confirm: 'On the node: `kill -STOP` of the nginx workers, and run the check.',
  remedy: 'a request that nginx has to answer: curl -fsS -m 1 http://127.0.0.1/',
  references: ['keepalived.conf(5) vrrp_script, vrrp_track_process'],
  needs: ['configurations'],
  check({ configurations }) {
    return judgeChecks(configurations, ({ name, lines }) => {
      if (lines.some(({ text }) => asksService.test(text))) return null;
      const line = lines.find(({ text }) => asksProcess.test(text));
      return line === undefined
        ? null
        : { message: `${name} asks only whether a process exists (${asksProcess.exec(line.text)?.[0]})`, line };
    });
  },
});

const asksProcess =
  /\bpidof\b|\bpgrep\b|\bkillall (?:-\S+ )*-0\b|\bkill -0\b|\bps (?:-\S+|[a-z]+)\b|\bsystemctl (?:-\S+ )*(?:is-active|status)\b|\bservice \S+ status\b/;
const asksService =
  /\b(?:curl|wget|nc|ncat|socat|openssl|dig|mysql\w*|redis-cli|psql|ss|netstat)\b|\/dev\/tcp\/|\bGET \//;

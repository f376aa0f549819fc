import { defineRule } from './rule.ts';
import { judgeChecks } from './scripts.ts';

export const scriptActs = defineRule({
  code: 'HAD408',
  name: 'script-acts',
  severity: 'warning',
  title: 'A check script starts or stops what it checks',
  explanation: `A check is to say whether the service works, with its exit status, and keepalived decides. One that restarts nginx hides the fault and
delays the failover; one that stops keepalived takes its node out for good, as nothing starts it again, and does so on both nodes when both
fail.`,
  consequence: 'the check fights with systemd and keepalived; a node that it has stopped does not come back by itself',
  confirm: 'Read the script.',
  remedy: 'exit 1 instead, with weight 0 or a sufficient weight; let systemd restart nginx (Restart=on-failure)',
  references: ['keepalived.conf(5) vrrp_script', 'https://github.com/acassen/keepalived/issues/1152'],
  needs: ['configurations'],
  check({ configurations }) {
    return judgeChecks(configurations, ({ name, lines }) => {
      for (const line of lines) {
        const act = acts.map((pattern) => pattern.exec(line.text)?.[0]).find((found) => found !== undefined);
        if (act !== undefined) return { message: `${name} runs ${act}`, line };
      }
      return null;
    });
  },
});

const acts = [
  /\bsystemctl (?:-\S+ )*(?:start|stop|restart|reload|try-restart|kill) (?:-\S+ )*(?:keepalived|nginx)\b/,
  /\b(?:service|rc-service|invoke-rc\.d) (?:keepalived|nginx) (?:start|stop|restart|reload)\b/,
  /\/etc\/init\.d\/(?:keepalived|nginx) (?:start|stop|restart|reload)\b/,
  /\b(?:pkill|killall) (?!(?:-\S+ )*-0\b)(?:-\S+ )*(?:keepalived|nginx)\b/,
  /\bnginx -s (?:stop|quit|reload|reopen)\b/,
];

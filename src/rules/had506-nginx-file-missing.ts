import { nginxSubject, placeEvidence, syncRemedy } from './on-nginx.ts';
import { listOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const nginxFileMissing = defineRule({
  code: 'HAD506',
  name: 'nginx-file-missing',
  severity: 'error',
  title: "A file of the one node's nginx configuration is not on the other",
  explanation: `A file that is included by a pattern (\`include conf.d/*.conf\`) and lies on one node only takes what it configures away from the other,
without a word: nginx starts all the same. A file that is named (auth_basic_user_file, js_import, load_module) is missed when nginx starts, or when a
request comes. Certificates and keys are HAD502. A file whose content stands in another one there is not missed.`,
  consequence: 'what the file serves or is needed for is gone after a failover',
  confirm: 'On the node: `ls -l FILE`, and `nginx -T | grep "configuration file"` on both.',
  remedy: 'copy the file, or take it away on the node that has it; then nginx -t and nginx -s reload',
  references: ['https://nginx.org/en/docs/ngx_core_module.html#include'],
  needs: ['nginxDrift'],
  check({ nginxDrift }) {
    return nginxDrift.missing.map(({ path, node, other, use, holds, severity }) => ({
      subject: nginxSubject([node, other], path),
      severity,
      message: `${node} lacks ${path}, which ${other} uses${holds.length === 0 ? '' : `: ${listOf(holds, 3)}`}`,
      evidence: placeEvidence(other, use),
      ...(holds.length === 0
        ? { consequence: `nginx on ${node} cannot do what ${use.value.split(' ')[0]} asks for: it may refuse to start` }
        : { consequence: `what ${path} configures is gone while ${node} is master` }),
      remedy: `copy ${path} from ${other} to ${node}, nginx -t, nginx -s reload; or remove it on ${other}`,
      ...(nginxDrift.syncedFrom === other ? syncRemedy(nginxDrift, [path]) : {}),
    }));
  },
});

import { Command } from 'commander';
import { simulateJson } from '../report/pair-json.ts';
import { renderElections } from '../report/simulation.ts';
import { renderVerdict } from '../report/verdict.ts';
import { rules } from '../rules/index.ts';
import { CommandError } from './shared/command-error.ts';
import { addCommonOptions, isJson, styleOf } from './shared/common-options.ts';
import { addVersionOption, type ConfigurationOptions, judge, readNodes, withIgnoresOf } from './shared/diagnosis.ts';
import { exitCodeOf } from './shared/exit-code.ts';
import { print } from './shared/output.ts';
import { withUsageErrors } from './shared/usage.ts';

/** What is read in another way than it is meant; what makes the nodes not hear each other; what keeps the VIP from moving. */
const decisive = ['HAD301', 'HAD302', 'HAD303', 'HAD304', 'HAD305', 'HAD306', 'HAD307', 'HAD311'];
const misread = ['HAD411', 'HAD415', 'HAD420'];
const moving = ['HAD402', 'HAD403', 'HAD418', 'HAD419'];

export function simulateCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor simulate'))
    .description('Who is master when what fails, by the configurations of both nodes, or of one.')
    .argument('[nodes...]', 'files, or directories laid out as the root of a node')
    .action((nodes: string[], options: ConfigurationOptions) => simulate(nodes, options));
  addVersionOption(command);
  return addCommonOptions(command);
}

async function simulate(words: readonly string[], options: ConfigurationOptions): Promise<void> {
  if (words.length === 0 || words.length > 2) {
    throw new CommandError(
      words.length === 0 ? 'no nodes are named' : `${words.length} nodes, where one or two are expected`,
      'ha-doctor simulate lb1/keepalived.conf lb2/keepalived.conf',
    );
  }
  const snapshot = await readNodes(words, options);
  const routers = snapshot.elections ?? [];
  if (routers.length === 0) throw new CommandError(`${words.join(' and ')}: there is no vrrp_instance`);
  const chosen = rules.filter(({ code }) => [...misread, ...decisive, ...moving].includes(code));
  const judged = judge(chosen, snapshot, await withIgnoresOf(words, options));
  if (isJson(options)) await print(simulateJson(routers, judged.document));
  else {
    const style = styleOf(options);
    const well =
      snapshot.pair === null
        ? 'one node alone: with the other one, ha-doctor simulate A B'
        : 'each single failure moves the VIP where it should';
    await print(`${renderElections(routers, style)}\n\n${renderVerdict({ ...judged, skipped: [] }, well, style)}`);
  }
  process.exitCode = exitCodeOf(judged.findings, options.failOn, false);
}

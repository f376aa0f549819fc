import type { Evidence } from '../model/finding.ts';
import type { ConfigError, ConfigLine, NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import type { Judgement } from './rule.ts';

/** How many lines a finding shows. */
const mostLines = 8;

/** The instance in whose block a line stands; null where it stands in none. */
export function instanceAt({ config }: NodeConfiguration, { file, line }: ConfigLine): VrrpInstance | null {
  const block = config.items.find(
    (item) =>
      item.words[0] === 'vrrp_instance' &&
      item.file === file &&
      item.line <= line &&
      (item.end === null || item.end.line >= line),
  );
  return config.instances.find(({ name }) => name === block?.words[1]) ?? null;
}

/** Lines as evidence, the first of many. */
export function linesEvidence(node: NodeConfiguration, lines: readonly ConfigLine[]): Evidence[] {
  return lines.slice(0, mostLines).map((line) => lineEvidence(node, line));
}

/**
 * Judges complaints of each node, those in one instance together: a fault of one subject is one finding. Those that
 * another complaint brought about are left out.
 */
export function judgeErrors(
  configurations: readonly NodeConfiguration[],
  applies: (error: ConfigError) => boolean,
  describe: (
    errors: readonly [ConfigError, ...ConfigError[]],
    node: NodeConfiguration,
  ) => Partial<Judgement> = () => ({}),
): Judgement[] {
  return configurations.flatMap((node) => {
    const groups = new Map<VrrpInstance | null, [ConfigError, ...ConfigError[]]>();
    for (const error of node.config.errors) {
      if (error.cause !== null || !applies(error)) continue;
      const instance = instanceAt(node, error);
      const group = groups.get(instance);
      if (group === undefined) groups.set(instance, [error]);
      else group.push(error);
    }
    return [...groups].map(([instance, errors]) => ({
      subject: subjectOf([node], instance),
      message: messageOf(errors, node),
      evidence: linesEvidence(node, errors),
      ...describe(errors, node),
    }));
  });
}

/** The first complaint in words, and how many more there are. */
function messageOf([first, ...others]: readonly [ConfigError, ...ConfigError[]], { node }: NodeConfiguration): string {
  const more = others.length === 0 ? '' : `, and ${others.length} more of that kind`;
  return `${node}: ${first.message}${more}`;
}

/** What complaints about braces brought about: the lines that keepalived then takes for something else. */
export function damageOf(errors: readonly ConfigError[], node: NodeConfiguration): Partial<Judgement> {
  const culprits = new Set(errors.map(placeOf));
  const damage = new Map<string, ConfigError>();
  for (const error of node.config.errors) {
    const { cause } = error;
    if (cause === null || !culprits.has(placeOf(cause)) || culprits.has(placeOf(error))) continue;
    // Of what a block lacks the line that opens it is no damage.
    if (error.kind !== 'missing' && error.kind !== 'remark' && !damage.has(placeOf(error)))
      damage.set(placeOf(error), error);
  }
  if (damage.size === 0) return {};
  return {
    evidence: linesEvidence(node, [...errors, ...damage.values()]),
    consequence: `its block ends the block around it: keepalived does not read ${damage.size} ${damage.size === 1 ? 'line' : 'lines'} that follow, or reads them as something else`,
  };
}

function placeOf({ file, line }: ConfigLine): string {
  return `${file}:${line}`;
}

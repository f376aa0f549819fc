import type { Evidence } from '../model/finding.ts';
import type { ConfigError, ConfigItem, ConfigLine, NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import type { Judgement } from './rule.ts';

/** How many lines a finding shows. */
const mostLines = 8;

/** The instance in whose block a line stands; null where it stands in none. */
export function instanceAt(node: NodeConfiguration, line: ConfigLine): VrrpInstance | null {
  return instancesOf(node)(line);
}

/** Answers the instance in whose block a line stands, for many lines. */
function instancesOf({ config }: NodeConfiguration): (line: ConfigLine) => VrrpInstance | null {
  const byName = new Map(config.instances.map((instance) => [instance.name, instance]));
  const blocks = config.items.filter(({ words }) => words[0] === 'vrrp_instance');
  const files = new Map<string, ConfigItem[]>();
  for (const block of blocks) {
    const known = files.get(block.file);
    if (known === undefined) files.set(block.file, [block]);
    else known.push(block);
  }
  for (const inFile of files.values()) inFile.sort((one, two) => one.line - two.line);
  return ({ file, line }) => {
    const inFile = files.get(file) ?? [];
    let [low, high] = [0, inFile.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((inFile[middle]?.line ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    const block = inFile[low - 1];
    const isWithin = block !== undefined && (block.end === null || block.end.line >= line);
    return isWithin ? (byName.get(block.words[1] ?? '') ?? null) : null;
  };
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
    const instanceOf = instancesOf(node);
    const groups = new Map<VrrpInstance | null, [ConfigError, ...ConfigError[]]>();
    for (const error of node.config.errors) {
      if (error.cause !== null || !applies(error)) continue;
      const instance = instanceOf(error);
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

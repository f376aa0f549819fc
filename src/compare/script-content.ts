import type { NodeConfiguration, ScriptCommand } from '../model/keepalived.ts';
import type { ComparedValue, SettingDifference } from '../model/pair.ts';

/** Scripts that both nodes call the same, and that are not the same file. What stands in them may be a secret: only where is said. */
export function scriptContentDifferences(a: NodeConfiguration, b: NodeConfiguration): SettingDifference[] {
  return a.config.scripts.flatMap((ours) => {
    const theirs = b.config.scripts.find(({ name }) => name === ours.name);
    const [one, two] = [contentOf(a, ours.script), contentOf(b, theirs?.script ?? null)];
    if (one === null || two === null || one.content === two.content) return [];
    const line = firstDifference(one.content, two.content);
    const value = ({ path, content }: Content): ComparedValue => ({
      text: `${content.split('\n').length} lines, line ${line} differs`,
      secret: null,
      line: { file: path, line, text: `line ${line} is not the other node's` },
    });
    return [
      {
        path: `vrrp_script ${ours.name} / content`,
        instance: null,
        expect: 'same' as const,
        isExpected: false,
        a: value(one),
        b: value(two),
        code: 'HAD312',
      },
    ];
  });
}

interface Content {
  readonly path: string;
  readonly content: string;
}

function contentOf({ scripts }: NodeConfiguration, script: ScriptCommand | null): Content | null {
  const file = scripts.find(({ path }) => path === script?.command[0]);
  return file?.content == null ? null : { path: file.path, content: file.content };
}

/** The number of the first line that is not the same. */
function firstDifference(a: string, b: string): number {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const index = left.findIndex((line, i) => line !== right[i]);
  return (index < 0 ? left.length : index) + 1;
}

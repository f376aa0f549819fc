/** A line of a dump: `Label = value`, `Label: value` or `Label :`, and what is indented below it. */
export interface Labelled {
  readonly label: string;
  readonly value: string;
  /** The lines below it, further to the right, without their indentation. */
  readonly below: readonly Labelled[];
}

/** More lines than any dump has. */
const maxLines = 200_000;
/** No dump goes deeper; lines beyond are taken for siblings. */
const maxDepth = 8;

/** Reads a dump by its indentation. Whatever text it is, it is some tree. */
export function readLabels(text: string): readonly Labelled[] {
  const root: Labelled[] = [];
  const open: { indent: number; below: Labelled[] }[] = [{ indent: -1, below: root }];
  for (const line of text.split('\n', maxLines)) {
    const content = line.trim();
    if (content === '') continue;
    const indent = line.length - line.trimStart().length;
    while (open.length > 1 && (open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const below: Labelled[] = [];
    open.at(-1)?.below.push({ ...split(content), below });
    if (open.length < maxDepth) open.push({ indent, below });
  }
  return root;
}

function split(content: string): { label: string; value: string } {
  const match = /^([^=:]*?)\s*(?:=|:(?=\s|$))\s*(.*)$/.exec(content);
  return match === null ? { label: content, value: '' } : { label: match[1] ?? '', value: match[2] ?? '' };
}

/** The value of a label, null where there is none. */
export function valueAt(labels: readonly Labelled[], label: string): string | null {
  return labels.find((one) => one.label === label)?.value ?? null;
}

/** The number that a value begins with: `3600 sec` is 3600. null where it begins with none. */
export function numberIn(value: string | null): number | null {
  const match = /^-?\d{1,15}(?:\.\d{1,9})?/.exec(value ?? '');
  return match === null ? null : Number(match[0]);
}

/** `.1`, `.2.gz`; `-20261120`, `-20261120.xz`, `-20261120-1605846000`; logrotate's `extension` keeps `.log` at the end. */
const suffix = /^(?:\.(\d{1,4})|[-.](\d{8})(?:-?(\d{1,12}))?)(\.log)?(?:\.(?:gz|xz|zst))?$/;

interface Rotation {
  readonly name: string;
  /** Of files with a number: the higher, the older. */
  readonly number: number;
  /** Of files with a date, which then have no number. */
  readonly date: string;
}

/** The rotations of a log among the names of its folder, oldest first, and the log itself at the end if it is there. */
export function rotationsOf(log: string, names: readonly string[]): readonly string[] {
  const rotations = names.flatMap((name) => rotationOf(log, name) ?? []);
  rotations.sort((a, b) => compareText(a.date, b.date) || b.number - a.number || compareText(a.name, b.name));
  // The same rotation may be there twice while it is being compressed.
  const once = rotations.filter(({ name }, i) => !name.startsWith(`${rotations[i - 1]?.name}.`));
  return [...once.map(({ name }) => name), ...names.filter((name) => name === log)];
}

function rotationOf(log: string, name: string): Rotation | null {
  const stem = log.endsWith('.log') && !name.startsWith(log) ? log.slice(0, -'.log'.length) : log;
  if (name === log || !name.startsWith(stem)) return null;
  const [whole, number, date, time = '', extension] = suffix.exec(name.slice(stem.length)) ?? [];
  if (whole === undefined || (stem !== log) !== (extension !== undefined)) return null;
  return {
    name,
    number: number === undefined ? 0 : Number(number),
    date: date === undefined ? '' : date + time.padStart(12, '0'),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

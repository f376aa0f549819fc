import { type Generation, generations } from './generations.ts';
import { expectation, type Scenario, scenarios } from './scenarios.ts';

/** One file of captures/. */
export interface Capture {
  file: string;
  shows: string;
  /** `recorded`: real daemons, by the lab. `encoded`: made by our own encoders, only for what the lab cannot play. */
  origin: 'recorded' | 'encoded';
  /** The keepalived that was recorded. */
  generation: Generation | null;
  /** The findings above `info` in it, and those of severity `info`. */
  codes: string[];
  info: string[];
  /** Findings above `info` that another recording of the same may have, or not. */
  maybe: string[];
}

export interface RecordedCapture extends Capture {
  /** What the lab calls the file. */
  source: string;
}

/** One run of the lab and what is kept of it. */
export interface Take {
  name: string;
  scenario: Scenario;
  generation: Generation;
  captures: RecordedCapture[];
}

/** The generation that plays a scenario where nothing depends on it. */
const usual: Generation = '2.2.7';

/** Each scenario once, and once more for each generation in which it looks different. */
export const takes: readonly Take[] = scenarios.flatMap((scenario) => {
  const first = scenario.generations.find((generation) => generation === usual) ?? scenario.generations[0] ?? usual;
  const others = generations.filter(
    (generation) => scenario.expectOn[generation] !== undefined && generation !== first,
  );
  return [first, ...others].map((generation) => {
    const name = generation === first ? scenario.name : `${scenario.name}-${generation}`;
    return { name, scenario, generation, captures: capturesOf(name, scenario, generation) };
  });
});

function capturesOf(name: string, scenario: Scenario, generation: Generation): RecordedCapture[] {
  const recorded = { origin: 'recorded', generation, ...expectation(scenario, generation) } as const;
  const sides = scenario.sides.map((side) => ({
    ...recorded,
    ...side.expect,
    file: `${name}-${side.suffix}.pcap`,
    source: `${scenario.name}-${side.suffix}.pcap`,
    shows: `${scenario.shows}; ${side.shows}`,
  }));
  return [{ ...recorded, file: `${name}.pcap`, source: `${scenario.name}.pcap`, shows: scenario.shows }, ...sides];
}

/** What no daemon at hand sends, or no interface at hand carries. */
export const encodedCaptures: readonly Capture[] = [];

export const captures: readonly Capture[] = [...takes.flatMap((take) => take.captures), ...encodedCaptures];

/** captures/README.md */
export function capturesReadme(): string {
  const rows = captures
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, shows, origin, generation, codes, maybe }) => {
      const findings = [...codes, ...maybe.map((code) => `(${code})`)].join(', ') || 'none';
      return `| [${file}](${file}) | ${shows} | ${findings} | ${generation ?? ''} | ${origin} |`;
    });
  return `# Captures

To try \`ha-doctor sniff -r\` on, and for the tests. *Recorded*: traffic of real keepalived pairs in network namespaces
(\`npm run lab:record\` makes it anew), lb1 being 10.77.0.1, lb2 10.77.0.2 and the VIP 10.77.0.100 (fd77:: for IPv6).
*Encoded*: made by ha-doctor's own encoders, for what the lab cannot play. Generated from \`test/lab/captures.ts\`.

| file | shows | findings above info | keepalived | origin |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

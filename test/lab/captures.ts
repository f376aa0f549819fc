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

interface RecordedCapture extends Capture {
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

/** What no daemon at hand sends, or no interface at hand carries: test/packet/encoded-captures.ts makes the files. */
export const encodedCaptures: readonly Capture[] = [
  encoded('vlan', 'a healthy pair in each of two VLANs of one trunk, both with vrid 51'),
  encoded('qinq', 'a healthy master behind two VLAN tags (802.1ad)'),
  encoded('auth-hmac', "a healthy pair with keepalived 2.4's auth_hmac, VRRPv3, unicast: lb1 stops, lb2 takes over"),
  encoded(
    'auth-hmac-v2',
    "a healthy pair with keepalived 2.4's auth_hmac, VRRPv2, multicast: lb1 stops, lb2 takes over",
  ),
  encoded(
    'auth-hmac-ipv6',
    "a healthy pair with keepalived 2.4's auth_hmac over IPv6, where the checksum covers the trailer: lb1 stops, lb2 takes over",
  ),
  encoded('auth-hmac-one-side', 'auth_hmac on one node only: split brain, one master silent', {
    codes: ['HAD101', 'HAD106'],
  }),
  encoded('auth-hmac-key-differs', 'auth_hmac with another key on each node: split brain, one master silent', {
    codes: ['HAD101', 'HAD106'],
  }),
  encoded('checksum-without-trailer', 'auth_hmac over IPv6 with a checksum that leaves out the trailer', {
    info: ['HAD103'],
  }),
  encoded('checksum-bad', 'a master whose checksum is right under no rule', { codes: ['HAD104'] }),
  encoded('ttl', 'multicast adverts with a TTL of 254', { codes: ['HAD107'] }),
  encoded(
    'malformed',
    'adverts of another router that break the format, each in another way, beside a healthy master',
    { codes: ['HAD119'] },
  ),
  encoded('fragments', 'a master with 100 IPv6 addresses: adverts in two fragments'),
  encoded('snap-length', 'a healthy master, VRRPv2 with a password, captured with a snap length of 48', {
    info: ['HAD116'],
  }),
  encoded('ppp', 'a healthy master, unicast over PPP'),
  encoded('null', 'a healthy master, unicast over a BSD tunnel (link type NULL)'),
  encoded('raw-ip', 'a healthy master, unicast over a tunnel without link layer (link type RAW)'),
];

function encoded(name: string, shows: string, found: Partial<Capture> = {}): Capture {
  const nothing = { codes: [], info: [], maybe: [] };
  return { file: `encoded-${name}.pcap`, shows, origin: 'encoded', generation: null, ...nothing, ...found };
}

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
*Encoded*: made by ha-doctor's own encoders, for what the lab cannot play. Findings in
parentheses hang on chance. Generated from \`test/lab/captures.ts\`.

| file | shows | findings above info | keepalived | origin |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

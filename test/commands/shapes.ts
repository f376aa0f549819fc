import { expect } from 'vitest';

/**
 * The JSON of interface.md as types of every field, written by hand: a field that is missing, of another type, or that
 * interface.md does not know is told with its path. Fields that were added since stand here as well, under `added`.
 */
type Shape = (value: unknown, path: string) => string[];

const wrong = (value: unknown, path: string, wanted: string): string[] => [
  `${path}: ${JSON.stringify(value)} is not ${wanted}`,
];

const text: Shape = (value, path) => (typeof value === 'string' ? [] : wrong(value, path, 'a text'));
const filled: Shape = (value, path) =>
  typeof value === 'string' && value.trim() !== '' ? [] : wrong(value, path, 'a text with something in it');
const number: Shape = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? [] : wrong(value, path, 'a number');
const matching =
  (pattern: RegExp, wanted: string): Shape =>
  (value, path) =>
    typeof value === 'string' && pattern.test(value) ? [] : wrong(value, path, wanted);
const count =
  (least = 0, most = Number.MAX_SAFE_INTEGER): Shape =>
  (value, path) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? []
      : wrong(value, path, `a whole number from ${least} to ${most}`);
const positive: Shape = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [] : wrong(value, path, 'a number from 0 on');
const oneOf =
  (...words: readonly unknown[]): Shape =>
  (value, path) =>
    words.includes(value) ? [] : wrong(value, path, `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`);
const orNull =
  (shape: Shape): Shape =>
  (value, path) =>
    value === null ? [] : shape(value, path);
const listOf =
  (shape: Shape): Shape =>
  (value, path) =>
    Array.isArray(value) ? value.flatMap((item, i) => shape(item, `${path}[${i}]`)) : wrong(value, path, 'a list');
const object =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(value, path, 'an object');
    const own = value as Record<string, unknown>;
    return [
      ...Object.entries(fields).flatMap(([name, shape]) =>
        name in own ? shape(own[name], `${path}.${name}`) : [`${path}.${name} is missing`],
      ),
      ...Object.keys(own).flatMap((name) => (name in fields ? [] : [`${path}.${name} is not in the contract`])),
    ];
  };
const either =
  (field: string, shapes: Readonly<Record<string, Shape>>): Shape =>
  (value, path) => {
    const kind = (value as Record<string, unknown> | null)?.[field];
    const shape = shapes[String(kind)];
    return shape === undefined ? [`${path}.${field}: ${JSON.stringify(kind)} is unknown`] : shape(value, path);
  };

/** RFC 3339 with an offset and the digits of the source; beyond the year 9999, which it does not know, as Date has it. */
const time = matching(
  /^(\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
  'a time of RFC 3339',
);
const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const ipv6 = /^[0-9a-f:]*:[0-9a-f:.]*$/;
const address = matching(new RegExp(`${ipv4.source}|${ipv6.source}`), 'an address');
const mac = matching(/^[0-9a-f]{2}(:[0-9a-f]{2}){0,19}$/, 'a hardware address');
const family = oneOf('ipv4', 'ipv6');
const vlan = listOf(count(0, 4095));
const vrid = count(0, 255);
const prio = count(0, 255);
const frame = count(1);
const problems = listOf(object({ kind: oneOf('cut', 'malformed'), text: filled }));

const subjectFields = {
  nodes: listOf(text),
  instance: orNull(text),
  family: orNull(family),
  vrid: orNull(vrid),
  vip: orNull(address),
};
/** Added: `vlan`, where there are tags. */
const subject: Shape = (value, path) =>
  object(value !== null && typeof value === 'object' && 'vlan' in value ? { ...subjectFields, vlan } : subjectFields)(
    value,
    path,
  );

const evidence = either('kind', {
  packet: object({ kind: oneOf('packet'), capture: filled, frame, time, text: filled }),
});

const findingFields = {
  code: matching(/^HAD1\d\d$/, 'a code'),
  name: matching(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a name'),
  severity: oneOf('error', 'warning', 'info'),
  certainty: oneOf('certain', 'likely', 'possible'),
  subject,
  message: filled,
  consequence: filled,
  remedy: filled,
  evidence: listOf(evidence),
  causes: listOf(matching(/^HAD\d{3}$/, 'a code')),
};

const errors = listOf(object({ source: filled, message: filled }));
const ignored = listOf(object({ code: filled, subject: orNull(filled), reason: filled, count: count(1) }));
const skipped = listOf(object({ code: filled, reason: filled, needs: listOf(filled) }));

const gap = object({ min: positive, median: positive, p99: positive, max: positive });

const sender = object({
  src: address,
  adverts: count(1),
  prio: orNull(object({ min: count(1, 255), max: count(1, 255), last: count(1, 255) })),
  intvl: orNull(positive),
  authtype: orNull(filled),
  gap: orNull(gap),
  nearFailovers: count(),
  first: time,
  last: time,
  // added
  mac: orNull(mac),
  resignations: count(),
  priorities: listOf(object({ time, frame, prio })),
});

const router = object({
  family,
  vrid,
  version: count(0, 15),
  vips: listOf(address),
  master: orNull(address),
  masters: listOf(address),
  transitions: count(),
  senders: listOf(sender),
  // added
  vlan,
  interface: orNull(text),
});

const position = { time, frame, capture: filled };

const trailer = either('kind', {
  hmac: object({
    kind: oneOf('hmac'),
    length: count(),
    type: count(),
    keyId: count(),
    seconds: number,
    counter: number,
    mac: matching(/^[0-9a-f]*$/, 'hex digits'),
  }),
  unknown: object({ kind: oneOf('unknown'), length: count() }),
});

const line = either('type', {
  advert: object({
    type: oneOf('advert'),
    ...position,
    src: address,
    dst: address,
    family,
    ttl: count(0, 255),
    vlan,
    version: count(0, 15),
    vrid,
    prio,
    authtype: orNull(filled),
    auth: orNull(text),
    intvl: orNull(positive),
    addrs: listOf(address),
    checksum: oneOf('good', 'bad', 'unverified'),
    checksumVariant: oneOf(null, 'no-pseudo-header', 'multicast-pseudo-header', 'without-trailer'),
    trailer: orNull(trailer),
    length: count(),
    problems,
    // added
    ah: orNull(object({ spi: count(), sequence: count() })),
    mac: orNull(mac),
  }),
  carp: object({
    type: oneOf('carp'),
    ...position,
    src: address,
    vhid: count(0, 255),
    advbase: count(0, 255),
    advskew: count(0, 255),
    demote: count(0, 255),
    // added
    dst: address,
    family,
    vlan,
    problems,
  }),
  garp: object({ type: oneOf('garp'), ...position, family, address, mac, vlan }),
  transition: object({
    type: oneOf('transition'),
    ...position,
    family,
    vrid,
    from: orNull(address),
    to: address,
    reason: oneOf('first-seen', 'priority-zero', 'preempted', 'timeout', 'conflict'),
    gap: orNull(positive),
    // added
    vlan,
    interface: orNull(text),
  }),
  finding: object({ type: oneOf('finding'), ...findingFields }),
  summary: object({
    type: oneOf('summary'),
    schema: oneOf('ha-doctor/1'),
    command: oneOf('sniff'),
    version: matching(/^\d+\.\d+\.\d+/, 'a version'),
    frames: count(),
    adverts: count(),
    start: orNull(time),
    end: orNull(time),
    dropped: orNull(count()),
    routers: listOf(router),
    findings: listOf(object(findingFields)),
    skipped,
    errors,
    // added
    captures: listOf(filled),
    uncountedAdverts: count(),
    copies: count(),
    ignored,
  }),
});

const explanation = object({
  schema: oneOf('ha-doctor/1'),
  command: oneOf('explain'),
  version: matching(/^\d+\.\d+\.\d+/, 'a version'),
  rules: listOf(
    object({
      code: matching(/^HAD\d{3}$/, 'a code'),
      name: findingFields.name,
      severity: findingFields.severity,
      title: filled,
      explanation: filled,
      consequence: filled,
      confirm: filled,
      remedy: filled,
      references: listOf(filled),
      needs: listOf(filled),
      mayUse: listOf(filled),
    }),
  ),
  findings: listOf(object(findingFields)),
  skipped,
  errors,
  // added
  ignored,
});

export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly subject: unknown;
  readonly causes: readonly string[];
  readonly evidence: readonly { readonly capture: string; readonly frame: number; readonly time: string }[];
}

export interface Summary {
  readonly type: 'summary';
  readonly frames: number;
  readonly adverts: number;
  readonly captures: readonly string[];
  readonly start: string | null;
  readonly end: string | null;
  readonly findings: readonly Finding[];
  readonly routers: readonly {
    readonly adverts: number;
    readonly master: string | null;
    readonly masters: readonly string[];
    readonly senders: readonly { readonly src: string; readonly adverts: number }[];
  }[];
  readonly errors: readonly { readonly source: string; readonly message: string }[];
  readonly uncountedAdverts: number;
}

export type Line =
  | { readonly type: 'advert'; readonly frame: number; readonly time: string; readonly auth: string | null }
  | { readonly type: 'carp' | 'garp' | 'transition'; readonly frame: number; readonly time: string }
  | ({ readonly type: 'finding' } & Finding)
  | Summary;

/** What is wrong with a line of `sniff --json`, as sentences. */
export function lineProblems(value: unknown): string[] {
  return line(value, 'line');
}

/** The lines of `sniff --json`, each checked against the contract. */
export function sniffLines(stdout: string): Line[] {
  expect(stdout.endsWith('\n')).toBe(true);
  const lines = stdout.slice(0, -1).split('\n');
  return lines.map((json, i) => {
    const value: unknown = JSON.parse(json);
    expect(line(value, `line ${i + 1}`)).toEqual([]);
    return value as Line;
  });
}

/** The summary that ends `sniff --json`. */
export function summaryOf(lines: readonly Line[]): Summary {
  const last = lines.at(-1);
  if (last?.type !== 'summary') throw new Error(`the last line is ${JSON.stringify(last)}`);
  return last;
}

export function explainDocument(stdout: string): { readonly rules: readonly { readonly code: string }[] } {
  const value = JSON.parse(stdout);
  expect(explanation(value, 'document')).toEqual([]);
  return value;
}

/** As findings are told apart: the same fault of the same subject is the same finding. */
export function keyOf({ code, subject: about }: Finding): string {
  return JSON.stringify([code, about]);
}

import { InvalidArgumentError } from 'commander';

const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
  month: 2_630_016,
  y: 31_557_600,
  year: 31_557_600,
};

/** `--since` and `--until`: seconds since the epoch, from what journalctl(1) takes there, in local time where no zone is named. */
export function parseMoment(value: string, now: Date = new Date()): number {
  const text = value.trim();
  const found = absolute(text, now) ?? relative(text, now);
  if (found === null || !Number.isFinite(found))
    throw new InvalidArgumentError("expected a time such as '2026-11-20 16:00', 16:00, yesterday, '1 hour ago' or -1h");
  return found;
}

function absolute(text: string, now: Date): number | null {
  if (/^@\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text.slice(1));
  const days = { yesterday: -1, today: 0, tomorrow: 1 }[text];
  if (days !== undefined) return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime() / 1000;
  if (text === 'now') return now.getTime() / 1000;
  const [, date, clock = '', zone] =
    /^(?:(\d{4}-\d\d-\d\d)(?:[T ]|$))?(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?$/.exec(text) ??
    [];
  if (date === undefined && clock === '') return null;
  const day =
    date ??
    [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  const offset = zone === undefined ? '' : zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const milliseconds = Date.parse(`${day}T${clock === '' ? '00:00' : clock}${offset}`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/** `-1h`, `1 hour ago`, `2h 30min ago`, `+5m`. */
function relative(text: string, now: Date): number | null {
  const [, sign, amount = '', ago] = /^([+-])?(.*?)( ago)?$/.exec(text) ?? [];
  if ((sign === undefined) === (ago === undefined)) return null;
  let seconds = 0;
  let rest = amount.trim();
  while (rest !== '') {
    const [whole, digits, unit = ''] = /^(\d{1,9}(?:\.\d{1,9})?) ?([a-z]+?)s? *(?=\d|$)/.exec(rest) ?? [];
    const each = unitSeconds[unit] ?? unitSeconds[`${unit}s`];
    if (whole === undefined || each === undefined) return null;
    seconds += Number(digits) * each;
    rest = rest.slice(whole.length);
  }
  if (amount.trim() === '') return null;
  return now.getTime() / 1000 + (sign === '+' ? seconds : -seconds);
}

import { readStamp, type StampForm } from './stamp.ts';

/** What follows the time of a line. */
export interface Rest {
  readonly host: string | null;
  readonly tag: string;
  readonly pid: number | null;
  readonly message: string;
}

/** `Keepalived_vrrp[1234]: `, without the pid, and as manuals reprint it, with a space in front of it. */
const tagged =
  /^([^\s:[\]()]{1,128}) ?\[(\d{1,10})\]: ?|^(\([^\s:[\]()]{1,128}\))\[(\d{1,10})\]: ?|^([^\s:[\]()]{1,128}):(?: |$)/;
const hostName = /^([\p{L}\p{N}_][\p{L}\p{N}_.:%-]{0,254}) +/u;
/** busybox's syslogd writes `daemon.info` behind the host, logread in front of the tag. */
const facility = /^(?:kern|user|mail|daemon|auth|authpriv|syslog|lpr|news|uucp|cron|ftp|local[0-7])\.[a-z]{3,7} /;
/** As the times begin that keepalived writes itself. */
const logged = /^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d/;
/** Kubernetes and CRI-O: the stream, and whether the line is whole. */
const containerStream = /^(?:stdout|stderr) [FP] /;
/** rsyslog and syslogd where they were told to reduce repetitions. */
const repeated = /^message repeated \d{1,9} times: \[ ?(.*)\]$/s;
/** A tag further on, in a line whose beginning was cut off. */
const cutOff = /^.{0,96}? ([^\s:[\]()]{1,64}\[\d{1,10}\]: .*)$/s;
const structured = /^(?:-|(?:\[(?:[^\]\\"]|"(?:[^"\\]|\\.)*")*\])+)(?: \uFEFF? ?|$)/s;

/** Takes apart what follows a time of this form. Where there is no host or tag, all is message. */
export function readRest(text: string, form: StampForm): Rest {
  const rest = form === 'rfc5424' ? readRfc5424(text) : form === 'console' ? own(text) : readTagged(text, form);
  return readMessage(rest);
}

/** A message in which another logged: its time is taken off, and a repetition is what it repeats. */
export function readMessage(rest: Rest): Rest {
  const message = repeated.exec(rest.message)?.[1] ?? rest.message;
  const start = message.slice(0, 40);
  if (!logged.test(start)) return message === rest.message ? rest : { ...rest, message };
  const bytes = Uint8Array.from(start, (character) => character.charCodeAt(0) & 0xff);
  const stamp = readStamp(bytes, 0, bytes.length);
  return stamp.form === 'console' ? { ...own(message.slice(stamp.end)), host: rest.host } : { ...rest, message };
}

/** What keepalived writes itself: it does not say who it is. */
function own(message: string): Rest {
  return { host: null, tag: '', pid: null, message };
}

function readTagged(text: string, form: StampForm): Rest {
  const plain = form === 'iso' ? text.replace(containerStream, '') : text;
  if (logged.test(plain)) return own(plain);
  const direct = readTag(plain.replace(facility, ''));
  if (direct !== null) return direct;
  if (form === 'none') return readTag(cutOff.exec(plain)?.[1] ?? '') ?? own(plain);
  const [whole, host = null] = hostName.exec(plain) ?? [];
  if (whole === undefined) return own(plain);
  const behind = plain.slice(whole.length).replace(facility, '');
  // `nginx -ha-keepalived: `: no name begins like that.
  if (behind.startsWith('-')) return readTag(host + behind) ?? { ...own(behind), host };
  const rest = readTag(behind);
  return rest === null ? { ...own(behind), host } : { ...rest, host };
}

function readTag(text: string): Rest | null {
  const match = tagged.exec(text);
  if (match === null) return null;
  const [whole, withPid, pid, inParentheses, itsPid, alone = ''] = match;
  const digits = pid ?? itsPid;
  return {
    host: null,
    tag: withPid ?? inParentheses ?? alone,
    pid: digits === undefined ? null : Number(digits),
    message: text.slice(whole.length),
  };
}

/** `lb1 Keepalived_vrrp 1234 - - (VI_1) …`: host, program, process, kind, structured data (RFC 5424, section 6). */
function readRfc5424(text: string): Rest {
  const fields = /^(\S{1,255}) (\S{1,128}) (\S{1,128}) (\S{1,128}) /.exec(text);
  if (fields === null) return own(text);
  const [header, host = '-', tag = '-', pid = '-'] = fields;
  const behind = text.slice(header.length);
  const data = structured.exec(behind);
  return {
    host: host === '-' ? null : host,
    tag: tag === '-' ? '' : tag,
    pid: /^\d{1,10}$/.test(pid) ? Number(pid) : null,
    message: data === null ? behind : behind.slice(data[0].length),
  };
}

import type { Finding, Ignored, Skipped, SourceError } from '../model/finding.ts';
import type { Advert, WirePacket } from '../model/packet.ts';
import type { Timestamp } from '../model/time.ts';
import type { Router, Transition, Wire } from '../model/wire.ts';
import type { AuthText } from './advert-line.ts';
import { vipsOf } from './election.ts';
import type { Times } from './times.ts';

/** The version of every JSON document (interface.md). */
const schema = 'ha-doctor/1';

/** What every document carries beside its own part. */
export interface Document {
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly errors: readonly SourceError[];
  readonly ignored: readonly Ignored[];
}

/**
 * JSON that a terminal may see: what JSON.stringify leaves as it is and a terminal obeys (C1 controls, marks that turn the
 * direction of text) stands as `\uNNNN`, which reads back the same.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/[\x7f-\x9f\p{Cf}\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i))}`).join(''),
  );
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}

/** A document's head and tail around a command's own part. */
function documentOf(command: string, { version, findings, skipped, errors, ignored }: Document, own: object): object {
  return { schema, command, version, ...own, findings, skipped, errors, ignored };
}

/** A command's whole document. */
export function documentJson(command: string, document: Document, own: object): string {
  return jsonText(documentOf(command, document, own));
}

/** The document of a command that judges nothing. */
export function plainDocumentJson(command: string, version: string, own: object): string {
  return jsonText(documentOf(command, { version, findings: [], skipped: [], errors: [], ignored: [] }, own));
}

/** The part of a packet's line that does not change from one packet of equal content to the next, from `,"src"` on. */
export function packetJsonTail(packet: WirePacket, auth: AuthText): string {
  return `,${jsonText(fieldsOf(packet, auth)).slice(1)}`;
}

/** `{"type":"advert","time":"…","frame":3,"capture":"eth0"`: what changes from packet to packet. */
export function packetJsonHead(type: WirePacket['type'], time: string, frame: number, captureJson: string): string {
  return `{"type":"${type}","time":"${time}","frame":${frame},"capture":${captureJson}`;
}

export function transitionJson(transition: Transition, times: Times): string {
  const { router, from, to, reason, gapSeconds, at } = transition;
  return jsonText({
    type: 'transition',
    time: times.rfc3339(at.time),
    frame: at.frame,
    capture: at.capture,
    ...segmentOf(router),
    from,
    to,
    reason,
    gap: rounded(gapSeconds),
  });
}

export function findingJson(finding: Finding): string {
  return jsonText({ type: 'finding', ...finding });
}

/** The last line of `sniff --json`. */
export function sniffSummaryJson(wire: Wire, document: Document, times: Times): string {
  const time = (value: Timestamp | null) => (value === null ? null : times.rfc3339(value));
  const own = {
    captures: wire.captures,
    frames: wire.frames,
    adverts: wire.adverts,
    start: time(wire.start),
    end: time(wire.end),
    dropped: wire.dropped,
    uncountedAdverts: wire.uncountedAdverts,
    copies: wire.copies,
    routers: wire.routers.map((router) => routerJson(router, times)),
  };
  return jsonText({ type: 'summary', ...documentOf('sniff', document, own) });
}

function routerJson(router: Router, times: Times): object {
  return {
    ...segmentOf(router),
    version: router.senders.at(-1)?.last.advert.version ?? null,
    vips: vipsOf(router),
    master: router.master?.src ?? null,
    masters: router.masters.map(({ src }) => src),
    transitions: router.transitions,
    senders: router.senders.map((sender) => {
      const { advert } = sender.last;
      const gaps = sender.gaps();
      return {
        src: sender.src,
        mac: sender.sourceMac,
        adverts: sender.adverts,
        resignations: sender.resignations,
        prio: sender.prio,
        priorities: sender.priorities.map(({ time, frame, prio }) => ({
          time: times.rfc3339(time),
          frame,
          prio,
        })),
        intvl: advert.intvl,
        authtype: advert.authtype,
        gap:
          gaps === null
            ? null
            : { min: rounded(gaps.min), median: rounded(gaps.median), p99: rounded(gaps.p99), max: rounded(gaps.max) },
        nearFailovers: sender.nearFailovers,
        first: times.rfc3339(sender.first.time),
        last: times.rfc3339(sender.latest.time),
      };
    }),
  };
}

function segmentOf({ family, vrid, vlan, interfaceName }: Router): object {
  return { family, vrid, vlan, interface: interfaceName };
}

function fieldsOf(packet: WirePacket, auth: AuthText): object {
  switch (packet.type) {
    case 'advert':
      return advertFields(packet, auth);
    case 'carp': {
      const { src, dst, family, vlan, vhid, advbase, advskew, demote, problems } = packet;
      return { src, dst, family, vlan, vhid, advbase, advskew, demote, problems };
    }
    case 'garp': {
      const { family, address, mac, vlan } = packet;
      return { family, address, mac, vlan };
    }
  }
}

function advertFields(advert: Advert, auth: AuthText): object {
  const { src, dst, family, ttl, vlan, version, vrid, prio, authtype, intvl, addrs } = advert;
  const { checksum, checksumVariant, trailer, length, problems, ah, sourceMac } = advert;
  return {
    src,
    dst,
    family,
    ttl,
    vlan,
    version,
    vrid,
    prio,
    authtype,
    auth: advert.auth === null ? null : auth(advert.auth),
    intvl,
    addrs,
    checksum,
    checksumVariant,
    trailer,
    length,
    problems,
    ah,
    mac: sourceMac,
  };
}

/** Seconds to the microsecond: what is beyond comes from floating point, not from the capture. */
function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1e6) / 1e6;
}

import type { CapturedPacket, ChecksumVariant } from '../../src/model/packet.ts';
import type { Transition } from '../../src/model/wire.ts';
import { encodeAh } from '../../src/packet/ah.ts';
import { encodeArp } from '../../src/packet/arp.ts';
import { encodeCarp } from '../../src/packet/carp.ts';
import { Dissector } from '../../src/packet/dissect.ts';
import { etherType } from '../../src/packet/ether-type.ts';
import { encodeEthernet } from '../../src/packet/ethernet.ts';
import { ipProtocol } from '../../src/packet/ip-protocol.ts';
import { encodeIpv4 } from '../../src/packet/ipv4.ts';
import { encodeIpv6 } from '../../src/packet/ipv6.ts';
import { linkTypes } from '../../src/packet/link-type.ts';
import { encodeLinuxSll } from '../../src/packet/linux-sll.ts';
import { encodeNeighbourAdvertisement } from '../../src/packet/ndp.ts';
import { encodeVlan } from '../../src/packet/vlan.ts';
import { encodeVrrp } from '../../src/packet/vrrp.ts';
import { encodeHmacTrailer } from '../../src/packet/vrrp-trailer.ts';
import { WireFollower, type WireOptions } from '../../src/vrrp/wire.ts';

/** Scripted captures: what is sent when, put into real frames, dissected and followed as `sniff` does. */

/** Midnight, so that a timeline's seconds can be read off the clock. */
export const epoch = Date.UTC(2026, 10, 20) / 1000;

export const lb1 = '10.77.0.1';
export const lb2 = '10.77.0.2';
export const lb3 = '10.77.0.3';
export const vip = '10.77.0.100';

/** What a router is configured to send; the defaults are those of keepalived, and of captures/. */
export interface Sending {
  readonly src: string;
  readonly dst?: string;
  readonly vrid?: number;
  readonly version?: number;
  readonly intvl?: number;
  readonly addrs?: readonly string[];
  readonly authType?: number;
  readonly auth?: string;
  readonly ttl?: number;
  readonly vlan?: number;
  readonly mac?: string;
  readonly interfaceName?: string;
  /** Seen on all interfaces at once, by a capture that does not tell on which (LINKTYPE_LINUX_SLL). */
  readonly isCooked?: boolean;
  /** The id of an `auth_hmac` key. */
  readonly hmacKey?: number;
  /** A sequence number of IPsec AH around the advert. */
  readonly ahSequence?: number;
  readonly checksum?: ChecksumVariant | number;
  /** VRRPv3's reserved bits, to break the format. */
  readonly reserved?: number;
  /** VRRP's message type: 1, an advertisement, is the only one. */
  readonly messageType?: number;
  /** The snap length of the capture. */
  readonly snapLength?: number;
}

interface AdvertStep extends Sending {
  /** Seconds since the timeline's start. */
  readonly at: number;
  readonly prio: number;
}

/** A gratuitous ARP or unsolicited neighbour advertisement. */
interface AnnouncementStep {
  readonly at: number;
  readonly announce: string;
  readonly mac: string;
}

interface CarpStep {
  readonly at: number;
  readonly carpFrom: string;
  readonly vhid: number;
}

/** Any other packet: the capture's clock goes on. */
interface OtherStep {
  readonly at: number;
  readonly other: 'traffic';
}

/** Up to here the capture may have missed packets. */
interface DisturbanceStep {
  readonly at: number;
  readonly other: 'disturbance';
}

export type Step = AdvertStep | AnnouncementStep | CarpStep | OtherStep | DisturbanceStep;

/** Adverts of one sender from `from` to `to` (included), one every interval. */
export function adverts(sending: Sending, prio: number, from: number, to: number, every = sending.intvl ?? 1): Step[] {
  const count = Math.floor((to - from) / every + 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => ({ ...sending, prio, at: from + i * every }));
}

export function advert(sending: Sending, prio: number, at: number): Step {
  return { ...sending, prio, at };
}

/** What keepalived sends when it becomes master: an announcement of each address, five times (`garp_master_repeat`). */
export function announcements(address: string, mac: string, at: number): Step[] {
  return Array.from({ length: 5 }, (_, i) => ({ at: at + i * 0.0001, announce: address, mac }));
}

export function carp(carpFrom: string, vhid: number, at: number): Step {
  return { at, carpFrom, vhid };
}

/** Some other packet, so that the capture goes on until then. */
export function traffic(at: number): Step {
  return { at, other: 'traffic' };
}

export function disturbance(at: number): Step {
  return { at, other: 'disturbance' };
}

/** A hardware address for a source address: keepalived without a VMAC sends from the interface's own. */
export function macOf(src: string): string {
  const last = src.split(/[.:]/).at(-1) ?? '';
  return `52:54:00:00:00:${last.padStart(2, '0').slice(-2)}`;
}

export interface Played {
  readonly wire: WireFollower;
  readonly transitions: readonly Transition[];
}

export interface Playing {
  readonly live?: boolean;
  readonly expectedVrids?: readonly number[];
  /** The order in which the steps are seen: by time, or as they stand (a clock that jumps). */
  readonly order?: 'by-time' | 'as-given';
  /** Each packet decoded anew, so that no two adverts are one object. */
  readonly withoutMemory?: boolean;
  /** Called after each packet. */
  readonly watch?: (wire: WireFollower, packet: CapturedPacket) => void;
}

/** The name of the capture that `play` makes of a timeline. */
export const capture = 'timeline.pcap';

export function play(steps: readonly Step[], playing: Playing = {}): Played {
  const options: WireOptions = { live: playing.live ?? false, expectedVrids: playing.expectedVrids ?? [] };
  const transitions: Transition[] = [];
  const wire = new WireFollower(options, (transition) => transitions.push(transition));
  wire.captures.push(capture);
  let dissector = new Dissector();
  let frame = 0;
  const inOrder = playing.order === 'as-given' ? steps : steps.toSorted((a, b) => a.at - b.at);
  for (const step of inOrder) {
    if ('other' in step && step.other === 'disturbance') {
      const moment = timeOf(step.at);
      wire.disturb(moment.seconds + moment.nanoseconds / 1e9);
      continue;
    }
    const packet = packetOf(step, ++frame);
    wire.see(packet);
    if (playing.withoutMemory === true) dissector = new Dissector();
    const decoded = dissector.dissect(packet);
    if (decoded !== null && !wire.isCopy(decoded, packet)) wire.add(decoded, packet, capture);
    playing.watch?.(wire, packet);
  }
  wire.finish();
  return { wire, transitions };
}

/** What each of several places has, each by its own clock. */
export function playAt(places: Readonly<Record<string, readonly Step[]>>): Played {
  const transitions: Transition[] = [];
  const wire = new WireFollower({ live: false, expectedVrids: [] }, (transition) => transitions.push(transition));
  for (const place of Object.keys(places)) wire.open(`${place}.pcap`, place);
  const packets = Object.entries(places).flatMap(([place, steps]) =>
    steps
      .toSorted((a, b) => a.at - b.at)
      .map((step, i) => ({
        packet: { ...packetOf(step, i + 1), interfaceName: place },
        capture: `${place}.pcap`,
        step,
      })),
  );
  const dissector = new Dissector();
  for (const { packet, capture } of packets.sort((a, b) => a.step.at - b.step.at)) {
    wire.see(packet, capture);
    const decoded = dissector.dissect(packet);
    if (decoded !== null && !wire.isCopy(decoded, packet)) wire.add(decoded, packet, capture);
  }
  wire.finish();
  return { wire, transitions };
}

function timeOf(at: number): { seconds: number; nanoseconds: number } {
  const micros = Math.round(at * 1e6);
  const seconds = Math.floor(micros / 1e6);
  return { seconds: epoch + seconds, nanoseconds: (micros - seconds * 1e6) * 1000 };
}

/** A step as the capture's packet of that number. */
export function packetOf(step: Step, frame: number): CapturedPacket {
  const bytes = frameOf(step);
  const isAdvert = 'src' in step;
  const kept = isAdvert && step.snapLength !== undefined ? Math.min(step.snapLength, bytes.length) : bytes.length;
  return {
    bytes,
    start: 0,
    end: kept,
    originalLength: bytes.length,
    linkType: isAdvert && step.isCooked === true ? linkTypes.linuxSll : linkTypes.ethernet,
    frame,
    ...timeOf(step.at),
    timeDigits: 6,
    interfaceName: isAdvert ? (step.interfaceName ?? null) : null,
  };
}

function frameOf(step: Step): Uint8Array {
  if ('other' in step) return encodeEthernet({ destination: broadcast, source: macOf('0'), etherType: 0x88cc }, empty);
  if ('announce' in step) return announcementFrame(step.announce, step.mac);
  if ('carpFrom' in step) return carpFrame(step.carpFrom, step.vhid);
  return advertFrame(step);
}

const empty = new Uint8Array(0);
const broadcast = 'ff:ff:ff:ff:ff:ff';

function advertFrame({ src, prio, ...sending }: AdvertStep): Uint8Array {
  const isIpv6 = src.includes(':');
  const { version = isIpv6 ? 3 : 2, vrid = 51, intvl = 1, addrs = [isIpv6 ? 'fd77::100' : vip] } = sending;
  const {
    dst = isIpv6 ? 'ff02::12' : '224.0.0.18',
    ttl = 255,
    mac = macOf(src),
    authType,
    auth,
    reserved,
    messageType,
  } = sending;
  const trailer =
    sending.hmacKey === undefined
      ? undefined
      : encodeHmacTrailer({ keyId: sending.hmacKey, seconds: epoch, counter: 1, mac: 'ab'.repeat(16) });
  const message = encodeVrrp(
    {
      version,
      vrid,
      prio,
      intvl,
      addrs,
      ...(authType === undefined ? {} : { authType }),
      ...(auth === undefined ? {} : { auth }),
      ...(reserved === undefined ? {} : { reserved }),
      ...(messageType === undefined ? {} : { type: messageType }),
      ...(sending.checksum === undefined ? {} : { checksum: sending.checksum }),
      ...(trailer === undefined ? {} : { trailer }),
    },
    { source: src, destination: dst },
  );
  const [protocol, payload] =
    sending.ahSequence === undefined
      ? [ipProtocol.vrrp, message]
      : [
          ipProtocol.ah,
          encodeAh(
            {
              nextHeader: ipProtocol.vrrp,
              spi: 0x0a4d0001,
              sequence: sending.ahSequence,
              integrityCheckValue: new Uint8Array(12),
            },
            message,
          ),
        ];
  const endpoints = { source: src, destination: dst };
  const [type, packet] = isIpv6
    ? [etherType.ipv6, encodeIpv6({ ...endpoints, nextHeader: protocol, hopLimit: ttl }, payload)]
    : [etherType.ipv4, encodeIpv4({ ...endpoints, protocol, ttl }, payload)];
  if (sending.isCooked === true) return encodeLinuxSll({ source: mac, etherType: type }, packet);
  const ethernet = { destination: broadcast, source: mac };
  return sending.vlan === undefined
    ? encodeEthernet({ ...ethernet, etherType: type }, packet)
    : encodeEthernet(
        { ...ethernet, etherType: etherType.vlan },
        encodeVlan({ id: sending.vlan, etherType: type }, packet),
      );
}

function announcementFrame(address: string, mac: string): Uint8Array {
  const ethernet = { destination: broadcast, source: mac };
  if (!address.includes(':')) {
    const arp = { operation: 1, senderMac: mac, senderAddress: address, targetMac: broadcast, targetAddress: address };
    return encodeEthernet({ ...ethernet, etherType: etherType.arp }, encodeArp(arp));
  }
  const endpoints = { source: address, destination: 'ff02::1' };
  const message = encodeNeighbourAdvertisement({ ...endpoints, target: address, targetMac: mac, override: true });
  const packet = encodeIpv6({ ...endpoints, nextHeader: ipProtocol.icmpv6 }, message);
  return encodeEthernet({ ...ethernet, etherType: etherType.ipv6 }, packet);
}

function carpFrame(source: string, vhid: number): Uint8Array {
  const counter = new Uint8Array(8);
  const message = encodeCarp({ vhid, advbase: 1, advskew: 0, demote: 0, counter, hmac: new Uint8Array(20) });
  const packet = encodeIpv4({ source, destination: '224.0.0.18', protocol: ipProtocol.vrrp }, message);
  return encodeEthernet({ destination: broadcast, source: macOf(source), etherType: etherType.ipv4 }, packet);
}

/** Transitions in words, with the second at which each was seen: `6.61 timeout 10.77.0.1 > 10.77.0.2`. */
export function told({ transitions }: Played): string[] {
  return transitions.map(({ at, reason, from, to }) => {
    const seconds = Number((at.time.seconds - epoch + at.time.nanoseconds / 1e9).toFixed(3));
    return `${seconds} ${reason} ${from === null ? '' : `${from} > `}${to}`;
  });
}

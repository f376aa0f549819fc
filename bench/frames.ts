import { encodeAh } from '../src/packet/ah.ts';
import { encodeArp } from '../src/packet/arp.ts';
import { ByteReader } from '../src/packet/byte-reader.ts';
import { writeU16 } from '../src/packet/bytes.ts';
import { checksumOf, sumOfWords } from '../src/packet/checksum.ts';
import { etherType } from '../src/packet/ether-type.ts';
import { encodeEthernet } from '../src/packet/ethernet.ts';
import { ipProtocol } from '../src/packet/ip-protocol.ts';
import { encodeIpv4 } from '../src/packet/ipv4.ts';
import { encodeIpv6 } from '../src/packet/ipv6.ts';
import { encodeVlan } from '../src/packet/vlan.ts';
import { encodeVrrp, type VrrpFields } from '../src/packet/vrrp.ts';

export interface Host {
  readonly mac: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

/** The two nodes of a pair, in order of priority. */
export const lb1: Host = { mac: '52:54:00:33:a5:01', ipv4: '10.77.0.1', ipv6: 'fe80::5054:ff:fe33:a501' };
export const lb2: Host = { mac: '52:54:00:33:a5:02', ipv4: '10.77.0.2', ipv6: 'fe80::5054:ff:fe33:a502' };

/** Where headers start in frames without VLAN tag. */
export const networkHeader = 14;
/** Bytes of the headers before the message. */
export const ipv4Headers = 34;
export const ipv6Headers = 54;

const pass: VrrpFields = {
  version: 2,
  vrid: 51,
  prio: 150,
  intvl: 1,
  addrs: ['10.77.0.100'],
  authType: 1,
  auth: 'k33p1ng',
};
const version3: VrrpFields = { version: 3, vrid: 51, prio: 150, intvl: 1, addrs: ['fe80::100', '2001:db8:77::100'] };

/** VRRPv2 with a password over IPv4, as keepalived sends it. */
export function passAdvert({ mac, ipv4 }: Host, prio: number): Uint8Array {
  return inEthernet(
    mac,
    '01:00:5e:00:00:12',
    etherType.ipv4,
    inIpv4(ipv4, encodeVrrp({ ...pass, prio }, groupOf(ipv4))),
  );
}

/** VRRPv3 over IPv6. */
export function ipv6Advert({ mac, ipv6 }: Host, fields: Partial<VrrpFields>): Uint8Array {
  const endpoints = { source: ipv6, destination: 'ff02::12' };
  const message = encodeVrrp({ ...version3, ...fields }, endpoints);
  const packet = encodeIpv6({ ...endpoints, nextHeader: ipProtocol.vrrp, trafficClass: 0xc0 }, message);
  return inEthernet(mac, '33:33:00:00:00:12', etherType.ipv6, packet);
}

/** VRRPv2 within IPsec AH. */
export function ahAdvert({ mac, ipv4 }: Host): Uint8Array {
  const message = encodeVrrp({ ...pass, authType: 2, auth: '' }, groupOf(ipv4));
  const fields = { nextHeader: ipProtocol.vrrp, spi: 0x0a4d0001, sequence: 1 };
  const authenticated = encodeAh({ ...fields, integrityCheckValue: new Uint8Array(12) }, message);
  return inEthernet(mac, '01:00:5e:00:00:12', etherType.ipv4, inIpv4(ipv4, authenticated, ipProtocol.ah));
}

/** The frame with a VLAN tag between its addresses and its EtherType. */
export function tagged(frame: Uint8Array): Uint8Array {
  const type = ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);
  const tag = encodeVlan({ id: 1, etherType: type }, frame.subarray(14));
  const whole = new Uint8Array(14 + tag.length);
  whole.set(frame.subarray(0, 12));
  writeU16(whole, 12, etherType.vlan);
  whole.set(tag, 14);
  return whole;
}

export function gratuitousArp({ mac }: Host): Uint8Array {
  const vip = '10.77.0.100';
  const group = 'ff:ff:ff:ff:ff:ff';
  const packet = encodeArp({ operation: 1, senderMac: mac, senderAddress: vip, targetMac: group, targetAddress: vip });
  return inEthernet(mac, group, etherType.arp, packet);
}

/** Sets an IPv4 packet's identification, and makes the checksum of its header right. */
export function identify(frame: Uint8Array, identification: number, header = networkHeader): void {
  writeU16(frame, header + 4, identification);
  putIpv4Checksum(frame, header);
}

export function putIpv4Checksum(frame: Uint8Array, header: number): void {
  writeU16(frame, header + 10, 0);
  let sum = 0;
  for (let i = header; i < header + 20; i += 2) sum += ((frame[i] ?? 0) << 8) | (frame[i + 1] ?? 0);
  writeU16(frame, header + 10, checksumOf(sum));
}

/** Makes the checksum of a VRRPv2 message right. */
export function putVrrpChecksum(frame: Uint8Array, message: number, length: number): void {
  writeU16(frame, message + 6, 0);
  writeU16(frame, message + 6, checksumOf(sumOfWords(new ByteReader(frame), message, length)));
}

/** Makes the checksum of a VRRPv3 message over IPv6 right, which covers a pseudo-header. */
export function putIpv6VrrpChecksum(frame: Uint8Array, header: number): void {
  const message = header + 40;
  const length = frame.length - message;
  const reader = new ByteReader(frame);
  writeU16(frame, message + 6, 0);
  const pseudoHeader = sumOfWords(reader, header + 8, 32) + length + ipProtocol.vrrp;
  writeU16(frame, message + 6, checksumOf(pseudoHeader + sumOfWords(reader, message, length)));
}

function groupOf(source: string): { readonly source: string; readonly destination: string } {
  return { source, destination: '224.0.0.18' };
}

function inIpv4(source: string, payload: Uint8Array, protocol: number = ipProtocol.vrrp): Uint8Array {
  return encodeIpv4({ ...groupOf(source), protocol, typeOfService: 0xc0, identification: 1 }, payload);
}

function inEthernet(source: string, destination: string, type: number, packet: Uint8Array): Uint8Array {
  return encodeEthernet({ source, destination, etherType: type, padTo: 60 }, packet);
}

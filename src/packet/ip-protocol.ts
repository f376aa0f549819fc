/** Protocol and next-header numbers that we look for (IANA, protocol numbers). */
export const ipProtocol = {
  hopByHopOptions: 0,
  routing: 43,
  fragment: 44,
  ah: 51,
  icmpv6: 58,
  destinationOptions: 60,
  vrrp: 112,
} as const;

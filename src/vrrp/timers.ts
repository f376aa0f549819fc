/** `down_timer_adverts` unless configured (keepalived.conf(5)). */
const downTimerAdverts = 3;

/**
 * Skew time in seconds of a router of this priority. VRRPv2: (256 - priority) / 256 s whatever the interval (RFC 3768
 * section 6.1, keepalived alike); VRRPv3: that fraction of the master's interval (RFC 9568 section 6.1).
 */
function skewSeconds(version: number, prio: number, intervalSeconds: number): number {
  return ((256 - prio) / 256) * (version >= 3 ? intervalSeconds : 1);
}

/**
 * Seconds without an advert after which a receiver takes over: three intervals and the skew of the *receiver's* effective
 * priority (RFC 9568 section 6.1 Active_Down_Interval). With the receiver's priority unknown the smallest skew that a
 * backup can have: a router of priority 255 never is one.
 */
export function masterDownSeconds(version: number, intervalSeconds: number, receiverPrio: number | null): number {
  return downTimerAdverts * intervalSeconds + skewSeconds(version, receiverPrio ?? 254, intervalSeconds);
}

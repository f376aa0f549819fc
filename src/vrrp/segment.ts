import type { Advert } from '../model/packet.ts';
import type { WireRouter } from './router.ts';
import type { WireSender } from './sender.ts';

/**
 * The virtual routers of one vrid on one segment: mostly one. Unicast reaches its peer only: where a capture sees several
 * pairs (on a hypervisor's bridge, a mirror port), those that neither address each other nor share an address have nothing
 * to do with each other, whatever their vrid.
 */
export class Segment {
  /** By what its senders' first adverts were sent from and to, and list. */
  readonly #byAddress = new Map<string, WireRouter>();
  /** The first one that does not tell with whom it has to do: it sends to all, or lists no address. */
  #open: WireRouter | null = null;
  #first: WireRouter | null = null;
  /** Its senders and their virtual routers, by source address. */
  readonly members = new Map<string, { readonly router: WireRouter; readonly sender: WireSender }>();

  /** The virtual router that a new sender's advert belongs to; null where it is none of these. */
  find(advert: Advert): WireRouter | null {
    if (this.#open !== null || isOpen(advert)) return this.#open ?? this.#first;
    for (const address of addressesOf(advert)) {
      const router = this.#byAddress.get(address);
      if (router !== undefined) return router;
    }
    return null;
  }

  /** The advert's sender has been put to the virtual router. */
  join(advert: Advert, router: WireRouter): void {
    this.#first ??= router;
    if (isOpen(advert)) this.#open ??= router;
    for (const address of addressesOf(advert)) {
      if (!this.#byAddress.has(address)) this.#byAddress.set(address, router);
    }
  }
}

function isOpen({ multicast, addrs }: Advert): boolean {
  return multicast || addrs.length === 0;
}

function addressesOf({ src, dst, addrs }: Advert): readonly string[] {
  return [src, dst, ...addrs];
}

/** Facts of one kind kept of one router: the first tell the story, and a hostile capture must not fill the memory. */
export const factLimit = 32;
/** What all senders and routers together keep beyond the first of each kind. */
const detailLimit = 4096;

/** The room for what is told in more detail. A pair needs a little; thousands of senders that mean harm have to share it. */
export class Details {
  #left = detailLimit;

  /** Whether one more may be kept where `known` of its kind are: the first one always, then as long as there is room. */
  mayKeep(known: number): boolean {
    if (known === 0) return true;
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}

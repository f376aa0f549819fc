/** Facts of one kind kept of one router: the first tell the story, and a hostile capture must not fill the memory. */
export const factLimit = 32;

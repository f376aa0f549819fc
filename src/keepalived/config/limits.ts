/** What a physical line holds at most, in bytes (MAXBUF 1024 of lib/parser.h, less the NUL). */
export const maxLineBytes = 1023;

/** How many lines repetition and included files may bring; keepalived has no such limit. */
export const maxFurtherLines = 50_000;

/** How many includes are followed; keepalived has no such limit. */
export const maxIncludes = 10_000;

/** How deep files may include each other. */
export const maxIncludeDepth = 32;

/** How many alternatives the braces of an include may stand for. */
export const maxAlternatives = 256;

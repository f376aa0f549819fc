/**
 * Text that came from outside (packets, files, host and interface names) made safe for a terminal: control characters,
 * line breaks, escape sequences and bidirectional overrides become `\xNN` or `\u{NNNN}`.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Names out of a capture or from the command line may hold anything; control characters never reach a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}

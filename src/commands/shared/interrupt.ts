/** Ctrl-C ends reading as the end of the input does; a second one ends the program. */
export function onInterrupt(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop();
      process.once(signal, () => process.exit(130));
    });
  }
}

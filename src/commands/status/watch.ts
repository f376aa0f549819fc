import { setTimeout as delay } from 'node:timers/promises';

/** Seconds between two looks. */
const pauseSeconds = 2;

/** Asks again and again, and shows each answer where the one before stood; below it where stdout is no terminal. */
export async function watch<T>(ask: () => Promise<T>, show: (answer: T) => Promise<void>): Promise<never> {
  const isTerminal = process.stdout.isTTY === true;
  for (let isFirst = true; ; isFirst = false) {
    const answer = await ask();
    if (isTerminal) process.stdout.write(isFirst ? '\x1b[2J\x1b[H' : '\x1b[H\x1b[J');
    await show(answer);
    if (!isTerminal) process.stdout.write('\n');
    await delay(pauseSeconds * 1000);
  }
}

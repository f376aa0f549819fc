import { type Command, InvalidArgumentError, Option } from 'commander';

/** What `--listen` and `--no-listen` come to: seconds, on, or off. */
export interface ListenOptions {
  readonly listen: number | boolean;
}

export function addListenOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--listen <seconds>', 'listen for adverts so long; else as long as a backup waits for its master')
        .argParser(parseSeconds)
        .default(true, 'on'),
    )
    .option('--no-listen', 'ask no node for packets');
}

/** Seconds to listen; null: as long as a backup waits; 0: not at all. */
export function listenSeconds({ listen }: ListenOptions): number | null {
  return listen === true ? null : listen === false ? 0 : listen;
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || seconds <= 0 || seconds > 3600)
    throw new InvalidArgumentError('expected seconds as in 4, at most 3600');
  return seconds;
}

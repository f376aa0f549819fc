import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import type { PcapWriter } from '../../capture/pcap-writer.ts';
import { printable } from '../../model/printable.ts';
import type { Style } from '../../report/style.ts';
import { Times } from '../../report/times.ts';
import { version } from '../../version.ts';
import {
  addCommonOptions,
  type CommonOptions,
  ignoredOf,
  isJson,
  styleOf,
  withoutIgnored,
} from '../shared/common-options.ts';
import { exitCodeOf } from '../shared/exit-code.ts';
import { onInterrupt } from '../shared/interrupt.ts';
import { Output, reportError, warn } from '../shared/output.ts';
import { parsePath } from '../shared/path.ts';
import { createMarker } from '../shared/secrets.ts';
import { withUsageErrors } from '../shared/usage.ts';
import { parseAddress, parseCount, parseDuration, parseVrids } from './arguments.ts';
import { JsonPrinter, type PrinterOptions, TextPrinter } from './printer.ts';
import { SniffSession } from './session.ts';
import { openSources, openWritten, type SourceOptions } from './sources.ts';

interface SniffOptions extends CommonOptions, SourceOptions {
  readonly write?: string;
  readonly count?: number;
  readonly for?: number;
  readonly vrid: readonly number[];
  readonly host: readonly string[];
  readonly summary?: boolean;
  readonly adverts: boolean;
  readonly mask?: boolean;
  readonly quiet?: boolean;
}

export function sniffCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor sniff'))
    .description('Capture and decode VRRP; who is master, and what is wrong on the wire.')
    .argument('[node:iface...]', 'interfaces of other nodes, through ssh: lb1:eth0')
    .addOption(
      new Option('-i, --interface <iface>', 'capture on this interface; repeatable')
        .argParser((value, known: string[]) => [...known, value])
        .default([], 'those of keepalived.conf, else any'),
    )
    .addOption(
      // Without a default, which help would show.
      new Option(
        '-r, --read <file>',
        'read a pcap or pcapng file, - for stdin, or the captures of a bundle; repeatable',
      ).argParser((value, known: readonly string[] = []) => [...known, parsePath(value)]),
    )
    .option('-w, --write <file>', 'save what was captured as pcap, or - for stdout', parsePath)
    .addOption(new Option('-c, --count <n>', 'stop after so many packets').argParser(parseCount))
    .addOption(new Option('--for <time>', 'stop after this time: 30s, 5m, 1h').argParser(parseDuration))
    .addOption(
      new Option('--vrid <id>', 'only this virtual router, and say so when it is silent; repeatable')
        .argParser((value, known: number[]) => [...known, ...parseVrids(value)])
        .default([], 'all'),
    )
    .addOption(
      new Option('--host <address>', 'only packets from or to this address; repeatable')
        .argParser((value, known: string[]) => [...known, parseAddress(value)])
        .default([], 'all'),
    )
    .addOption(new Option('--engine <engine>', 'what captures').choices(['auto', 'pcap', 'tcpdump']).default('auto'))
    .option('--summary', 'only the table and the findings')
    .option('--no-adverts', 'leave the advert lines out')
    .option('--mask', 'passwords as marks in advert lines, too')
    .option('-q, --quiet', 'only the findings')
    .action((nodes: string[], options: SniffOptions) => sniff(nodes, options));
  return addCommonOptions(command);
}

/**
 * V8 allocates what was once long-lived among the old objects, where it lies until much more has come together: the first
 * thousands of senders would make all packets after them cost twice the memory.
 */
const withoutPretenuring = '--no-allocation-site-pretenuring';
/** Senders from which on V8 collects old garbage when it has grown by so many percent, not by 300: slower, and smaller. */
const crowd = 256;
const collectingEarly = '--heap-growing-percent=20';

async function sniff(nodes: readonly string[], options: SniffOptions): Promise<void> {
  setFlagsFromString(withoutPretenuring);
  const { sources: placed, live } = await openSources(nodes, options);
  const sources = placed.map(({ source }) => source);
  const stop = () => {
    for (const source of sources) source.stop();
  };
  // With the packets on stdout the words go to stderr.
  const words = options.write === '-' ? process.stderr : process.stdout;
  const output = new Output(words, stop);
  const writer = await openWritten(options.write, options.read ?? []);
  const session = createSession(options, live, sources.length > 1, styleOf(options, words), output, writer, stop);

  onInterrupt(stop);
  const clock = live ? startClock(session, output, options.for, stop) : null;
  const save = async (writing: Promise<void> | undefined) => {
    try {
      await writing;
    } catch (error) {
      stop();
      session.fail(options.write ?? '', error);
    }
  };
  let isCrowded = false;
  const flush = async () => {
    if (!isCrowded && session.wire.senderCount > crowd) {
      isCrowded = true;
      setFlagsFromString(collectingEarly);
    }
    await save(writer?.flush());
    await output.flush();
  };
  const isWatched = process.stderr.isTTY === true && !options.quiet;
  try {
    await session.run(placed, flush, ({ name }) => ({
      warning: warn,
      listening: (engine) => {
        if (isWatched) process.stderr.write(`listening on ${printable(name)} (${engine}), Ctrl-C stops\n`);
      },
    }));
  } finally {
    clearInterval(clock ?? undefined);
    stop();
  }
  // Where nothing at all could be read, what stood in the file stays.
  const isNothing = session.wire.frames === 0 && session.problems.length > 0;
  await save(isNothing ? writer?.abandon() : writer?.close());

  const { findings } = session.finish();
  await output.flush();
  if (output.failure !== null) reportError(output.failure);
  process.exitCode = exitCodeOf(findings, options.failOn, session.problems.length > 0 || output.failure !== null);
}

function createSession(
  options: SniffOptions,
  live: boolean,
  severalCaptures: boolean,
  style: Style,
  output: Output,
  writer: PcapWriter | null,
  stop: () => void,
): SniffSession {
  const times = new Times(options.utc ?? false);
  const mark = createMarker();
  const asQuoted = (auth: string) => `"${printable(auth)}"`;
  const isFiltered = options.vrid.length > 0 || options.host.length > 0;
  const isStreamed = !options.summary && !options.quiet;
  const printing: PrinterOptions = {
    line: (text) => output.line(text),
    times,
    stream: isStreamed,
    adverts: options.adverts,
    auth: options.mask ? mark : isJson(options) ? (auth) => auth : asQuoted,
  };
  return new SniffSession({
    live,
    version,
    isJson: isJson(options),
    expectedVrids: options.vrid,
    printer: isJson(options)
      ? new JsonPrinter(printing)
      : new TextPrinter({
          ...printing,
          style,
          quiet: options.quiet ?? false,
          isFiltered,
          severalCaptures,
        }),
    context: {
      mark: options.showSecrets ? asQuoted : mark,
      clock: ({ seconds, nanoseconds }) => times.clock(seconds, nanoseconds, 3),
      rfc3339: (time) => times.rfc3339(time),
    },
    isStreamed,
    vrids: options.vrid,
    hosts: options.host,
    visible: (findings) => withoutIgnored(findings, options),
    ignored: (findings) => ignoredOf(findings, options),
    // A live capture is saved whole, so that what we did not understand can be looked at; a file only as far as asked for.
    save:
      writer === null
        ? null
        : (packet, isFollowed) => (isFollowed || (live && !isFiltered) ? writer.write(packet) : undefined),
    packetLimit: options.count ?? null,
    limitSeconds: live ? null : (options.for ?? null),
    stop,
    onProblem: ({ message, hint }) => reportError(message, hint),
  });
}

const daySeconds = 86_400;

/** Silence is a fact as well: judges every second, and ends the capture after `seconds`. */
function startClock(
  session: SniffSession,
  output: Output,
  seconds: number | undefined,
  stop: () => void,
): NodeJS.Timeout {
  const started = performance.now();
  const isOver = () => seconds !== undefined && performance.now() - started >= seconds * 1000;
  // The clock below would be late by up to a second; a timer for many days cannot be set, and need not.
  if (seconds !== undefined && seconds < daySeconds) setTimeout(stop, seconds * 1000).unref();
  return setInterval(() => {
    if (isOver()) stop();
    session.tick(Date.now() / 1000);
    void output.flush();
  }, 1000);
}

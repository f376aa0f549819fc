import { Command, Option } from 'commander';
import { parseMessage, tellingTexts } from '../../keepalived/messages/parse.ts';
import { printable } from '../../model/printable.ts';
import { emptySnapshot } from '../../model/snapshot.ts';
import { Times } from '../../report/times.ts';
import { diagnose } from '../../rules/engine.ts';
import { rulesOn } from '../../rules/index.ts';
import { Zone } from '../../syslog/zone.ts';
import { type FlapLimit, usualFlap } from '../../timeline/flapping.ts';
import { TimelineBuilder } from '../../timeline/timeline.ts';
import { version } from '../../version.ts';
import { CommandError } from '../shared/command-error.ts';
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
import { LogSession, type SessionLog } from '../shared/log-session.ts';
import { parseMoment } from '../shared/moment.ts';
import { withNodes } from '../shared/node-argument.ts';
import { type LogOptions, openLogs, openNodeLogs } from '../shared/open-logs.ts';
import { Output, reportError, warn } from '../shared/output.ts';
import { ProgressLine } from '../shared/progress-line.ts';
import { createMarker } from '../shared/secrets.ts';
import { withUsageErrors } from '../shared/usage.ts';
import { parseFlap, parseYear } from './arguments.ts';
import { type NamedLog, namedLogs } from './nodes.ts';
import { JsonPrinter, TextPrinter } from './printer.ts';

interface LogsOptions extends CommonOptions {
  readonly since?: number;
  readonly until?: number;
  readonly instance: readonly string[];
  readonly year?: number;
  readonly tz?: string;
  readonly follow?: boolean;
  readonly unknown?: boolean;
  readonly flap: FlapLimit;
}

export function logsCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor logs'))
    .description(
      'Every VRRP transition from the logs of one node or several, on one clock, and the cause of each failover.',
    )
    .argument(
      '[nodes...]',
      'logs, directories, bundles or [user@]hosts by ssh; - is stdin, name= names a node; without any, this machine',
    )
    .addOption(
      new Option('--since <time>', "from then on: '2026-11-20 16:00', yesterday, '1 hour ago', -1h").argParser(
        (value) => parseMoment(value),
      ),
    )
    .addOption(new Option('--until <time>', 'up to then').argParser((value) => parseMoment(value)))
    .addOption(
      new Option('--instance <name>', 'only this vrrp_instance; repeatable')
        .argParser((value, known: string[]) => [...known, value])
        .default([], 'all'),
    )
    .addOption(new Option('--year <year>', 'the year in which a log ends whose times have none').argParser(parseYear))
    .option('--tz <zone>', 'the time zone of times that name none: Europe/Berlin, +01:00')
    .option('-f, --follow', 'go on with what is written later, Ctrl-C stops')
    .option('--unknown', 'list the lines of keepalived that are not understood')
    .addOption(
      new Option('--flap <n/minutes>', 'so often master within so many minutes is flapping')
        .argParser(parseFlap)
        .default(usualFlap, '3/10'),
    )
    .action((_args: unknown, options: LogsOptions) => logs(command.args, options));
  return addCommonOptions(command);
}

async function logs(args: readonly string[], options: LogsOptions): Promise<void> {
  const style = styleOf(options);
  const times = new Times(options.utc ?? false);
  const follow = options.follow ?? false;
  const opened = await open(namedLogs(args), openingOf(options));
  const stop = () => {
    for (const { source } of opened) source.stop();
  };
  const output = new Output(process.stdout, stop);
  const printing = { write: (text: string) => output.text(text), times, style, version, follow };
  const printer = isJson(options) ? new JsonPrinter(printing) : new TextPrinter(printing);
  const builder = new TimelineBuilder({
    flap: options.flap,
    since: options.since ?? null,
    keepsUnknown: options.unknown ?? false,
    settled: printer.transition ?? (() => {}),
    told: printer.failover,
  });
  const progress = new ProgressLine(!follow);
  const session = new LogSession({
    builder,
    progress,
    since: options.since ?? null,
    until: options.until ?? null,
    instances: options.instance,
    follow,
    onProblem: ({ message, hint }) => {
      progress.clear();
      reportError(message, hint ?? undefined);
    },
    onNote: ({ message }) => {
      progress.clear();
      warn(message);
    },
    flush: () => output.flush(),
  });
  onInterrupt(stop);
  const clock = follow ? startClock(builder, output) : null;
  try {
    await session.run(opened);
  } finally {
    clearInterval(clock ?? undefined);
    progress.clear();
  }

  const timeline = builder.finish();
  const context = {
    mark: createMarker(),
    clock: clockOf(times, timeline.nodes),
    rfc3339: (time: Parameters<Times['rfc3339']>[0]) => times.rfc3339(time),
  };
  const { findings: all, skipped } = diagnose(rulesOn('timeline'), { ...emptySnapshot, timeline }, context);
  const findings = withoutIgnored(all, options);
  printer.end({
    timeline,
    findings,
    skipped,
    ignored: ignoredOf(all, options),
    errors: session.problems.map(({ source, message }) => ({ source, message })),
    unknown: options.unknown ? builder.unknownLines : null,
    missing: options.instance.filter((name) => !session.seen.has(name)),
  });
  await output.flush();
  if (output.failure !== null) reportError(output.failure);
  process.exitCode = exitCodeOf(findings, options.failOn, session.problems.length > 0 || output.failure !== null);
}

type Opening = LogOptions<NonNullable<ReturnType<typeof parseMessage>>>;

/** The logs, in the order of their names; those of hosts are here already when their connections are closed again. */
async function open(named: readonly NamedLog[], opening: Opening): Promise<readonly SessionLog[]> {
  const hosts = named.flatMap(({ host, name }) =>
    host === null ? [] : [`${name === null ? '' : `${name}=`}ssh:${host}`],
  );
  if (opening.follow && hosts.length > 0)
    throw new CommandError(
      'cannot follow the logs of other nodes',
      `ssh ${named.find(({ host }) => host !== null)?.host} tail -F /var/log/syslog | ha-doctor logs -f -`,
    );
  const ofHosts =
    hosts.length === 0
      ? []
      : await withNodes(hosts, (nodes) =>
          Promise.all(nodes.map(async ({ name, port }) => ({ source: await openNodeLogs(port, opening), name }))),
        );
  const next = ofHosts.values();
  const logs = await Promise.all(
    named.map(async ({ path, host, name }) =>
      host === null ? (await openLogs(path, opening)).map((source) => ({ source, name })) : [next.next().value!],
    ),
  );
  return logs.flat();
}

function openingOf({ since, until, year, tz, follow }: LogsOptions): Opening {
  const zone = tz === undefined ? null : Zone.named(tz);
  if (zone === undefined)
    throw new CommandError(
      `no such time zone: ${printable(tz ?? '')}`,
      'as in /usr/share/zoneinfo, or an offset: Europe/Berlin, +01:00',
    );
  return {
    texts: tellingTexts,
    interpret: parseMessage,
    zone,
    year: year ?? null,
    since: since ?? null,
    until: until ?? null,
    follow: follow ?? false,
  };
}

/** Sentences name the date where the logs span more than one. */
function clockOf(times: Times, nodes: ReturnType<TimelineBuilder['finish']>['nodes']) {
  const dates = new Set(
    nodes.flatMap(({ first, last }) => [first, last].flatMap((time) => (time === null ? [] : times.date(time)))),
  );
  return (time: Parameters<Times['rfc3339']>[0]): string => {
    const clock = times.clock(time.seconds, time.nanoseconds, Math.min(3, time.digits));
    return dates.size > 1 ? `${times.date(time)} ${clock}` : clock;
  };
}

/** What was written within the last moment may still come from another log as well. */
const patienceSeconds = 2;

function startClock(builder: TimelineBuilder, output: Output): NodeJS.Timeout {
  return setInterval(() => {
    builder.settleUntil(Date.now() / 1000 - patienceSeconds);
    void output.flush();
  }, 500);
}

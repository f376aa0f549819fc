import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureBytes, repeated } from './adverts.ts';
import { isInstalled, quoted, shell, withProgram } from './run.ts';
import { scratch } from './scratch.ts';
import { sniffLines, summaryOf } from './shapes.ts';

const { folder, file } = scratch();
const well = 'captures/v2-multicast.pcap';
const splitBrain = 'captures/auth-mismatch.pcap';
/** Far more output than a pipe holds. */
const long = file('long.pcap', repeated(captureBytes('failover-check-fails.pcap'), 200));

const answers = [
  `sniff -r ${well}`,
  `sniff -r ${well} --json`,
  `sniff -r ${well} --summary`,
  'explain',
  'explain HAD101',
  'explain --json',
  'completion bash',
  '--help',
  '--version',
  'sniff --help',
];

describe('a reader that goes away is no error', () => {
  test.concurrent.for([
    ...answers.map((command) => [command, 0] as const),
    [`sniff -r ${long}`, null] as const,
    [`sniff -r ${long} --json`, null] as const,
    [`sniff -r ${splitBrain}`, 1] as const,
    [`sniff -r ${well} -w -`, 0] as const,
    [`sniff -r ${long} -w -`, null] as const,
  ])('%s', async ([command, code], { expect }) => {
    const { stdout, stderr } = await shell(`ha-doctor ${command} | true; echo "\${PIPESTATUS[0]}"`);
    // What was read until then has findings, or not.
    if (code === null) expect(['0\n', '1\n']).toContain(stdout);
    else expect(stdout).toBe(`${code}\n`);
    expect(stderr).not.toMatch(/error|warning|Error|\n {4}at /);
  });

  test('the first line is all that | head -1 wants', async () => {
    const { stdout, stderr } = await shell(`ha-doctor sniff -r ${long} | head -1; echo "\${PIPESTATUS[0]}"`);
    expect(stdout).toMatch(/^18:42:48\.969810 {2}10\.77\.0\.1 > 10\.77\.0\.2 .*\n[01]\n$/);
    expect(stderr).toBe('');
  });

  test('it ends the work, although more might come', async () => {
    const started = Date.now();
    const run = await shell(`ha-doctor sniff -r <(cat ${long}; exec 2>&-; sleep 15) | head -1 > /dev/null`);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(Date.now() - started).toBeLessThan(12_000);
  });
});

describe('stdout that is full is one line, and exit code 2', () => {
  test.concurrent.for([...answers, `sniff -r ${long}`, `sniff -r ${splitBrain} --json`])(
    '%s',
    async (command, { expect }) => {
      const { stderr, exitCode } = await shell(`ha-doctor ${command} > /dev/full`);
      expect(stderr).toMatch(/^ha-doctor: error: cannot write stdout: .*no space .*\n$/);
      expect(exitCode).toBe(2);
    },
  );
});

describe('stdout that is closed', () => {
  test.concurrent.for(answers)('%s', async (command, { expect }) => {
    expect(await shell(`ha-doctor ${command} >&-`)).toMatchObject({ stderr: '', exitCode: 0 });
  });
});

test('stderr that is closed or full keeps nothing from being told', async () => {
  for (const stderr of ['2>&-', '2>/dev/full']) {
    const { stdout, exitCode } = await shell(`ha-doctor sniff -r ${well} -c 3 ${stderr}; ha-doctor nope ${stderr}`);
    expect(stdout).toContain('nothing wrong on the wire');
    expect(exitCode).toBe(2);
  }
});

describe('a pipe that stays open', () => {
  /** A capture comes in by a FIFO, and then nothing: as tcpdump over ssh. `then` sees what is printed as descriptor 4. */
  const quiet = (name: string, capture: string, options: string, then: string) =>
    shell(`
      mkfifo ${join(folder, name)}
      exec 3<> ${join(folder, name)}
      cat ${capture} >&3
      exec 4< <("\${HA_DOCTOR[@]}" sniff -r ${join(folder, name)} ${options} & echo $!; wait $!; echo "exit code $?")
      read -r pid <&4
      read -r first <&4
      ${then}`);

  test('shows at once what it brought', async () => {
    const run = await quiet('at-once', well, '', 'echo "$first"; kill -9 "$pid"');
    expect(run.stdout).toMatch(/^18:41:59\.064632 {2}10\.77\.0\.1 > 224\.0\.0\.18 {2}VRRPv2, vrid 51, .*\n$/);
  });

  test.concurrent.for(['INT', 'TERM'] as const)(
    'SIG%s ends it as its end does: with the summary',
    async (signal, { expect }) => {
      const run = await quiet(signal, splitBrain, '--json', `kill -s ${signal} "$pid"; echo "$first"; cat <&4`);
      const lines = run.stdout.trimEnd().split('\n');
      expect(lines.pop()).toBe('exit code 1');
      const summary = summaryOf(sniffLines(`${lines.join('\n')}\n`));
      expect(summary).toMatchObject({ frames: 33, errors: [] });
      expect(summary.findings.map(({ code }) => code)).toContain('HAD101');
      expect(run.stderr).toBe('');
    },
  );

  test('without findings that exits with 0', async () => {
    const run = await quiet('well', well, '', 'kill -s INT "$pid"; cat <&4');
    expect(run.stdout).toMatch(/nothing wrong on the wire {2}23 frames, 13 adverts, .*\nexit code 0\n$/);
  });
});

describe('what nobody waited for fails', () => {
  const fault = `throw new Error('read \\u001b[2Jhere')`;
  test.concurrent.for([
    ['an exception', `setTimeout(() => { ${fault}; }, 50)`],
    ['a rejection', `setTimeout(async () => { ${fault}; }, 50)`],
  ] as const)('%s: its stack, without escape sequences, and exit code 2', async ([, code], { expect }) => {
    const run = await shell(
      `sleep 1 | NODE_OPTIONS='--import=data:text/javascript,${encodeURIComponent(code).replaceAll("'", '%27')}' "\${HA_DOCTOR[@]}" sniff -r -; echo "\${PIPESTATUS[1]}"`,
    );
    expect(run.stdout).toBe('2\n');
    expect(run.stderr).toMatch(/^ha-doctor: bug: Error: read \\x1b\[2Jhere\n {4}at /);
    expect(run.stderr).not.toContain('\u001b');
  });
});

test.skipIf(!isInstalled('script'))('with the packets on stdout, colours are for the stream of the words', async () => {
  const typed = (redirection: string) =>
    shell(`script -qec ${quoted(`eval "$SCRIPT_LINE"`)} /dev/null`, {
      env: {
        NO_COLOR: null,
        TERM: 'xterm-256color',
        SHELL: '/bin/bash',
        SCRIPT_LINE: withProgram(`ha-doctor sniff -r ${splitBrain} -w - ${redirection}`),
      },
    });
  expect((await typed('> /dev/null')).stdout).toContain('\u001b[31m');
  expect(
    (await typed(`2> ${join(folder, 'words')} | cat > /dev/null; cat ${join(folder, 'words')}`)).stdout,
  ).not.toContain('\u001b');
});

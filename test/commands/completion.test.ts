import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haDoctor, isInstalled, shell } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-completion-'));

beforeAll(async () => {
  for (const name of ['bash', 'zsh', 'fish']) {
    const { stdout } = await haDoctor(['completion', name]);
    writeFileSync(join(folder, `script.${name}`), stdout);
  }
  writeFileSync(join(folder, 'lb1 eth0.pcap'), '');
  writeFileSync(join(folder, 'lb2.pcap'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['bash', 'bash -n script.bash'],
  ['zsh', 'zsh -n script.zsh'],
  ['fish', 'fish --no-execute script.fish'],
])('%s', (name, command) => {
  test.skipIf(!isInstalled(name))('the script parses', async () => {
    expect(await shell(command, { cwd: folder })).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
  });
});

/** What stands in the place of the last word, as a list. */
async function inBash(...words: string[]): Promise<string[]> {
  const call = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ha_doctor; printf "%s\\n" "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await shell(
    `bash --norc -c 'source script.bash; ${call}' bash ha-doctor ${words.map((word) => `'${word}'`).join(' ')}`,
    { cwd: folder },
  );
  // Only a shell that is completing has options of its own for that.
  expect(stderr.replace(/^.*compopt: not currently executing completion function\n/gm, '')).toBe('');
  return stdout.trim().split('\n').sort();
}

async function inFish(line: string): Promise<string[]> {
  const { stdout, stderr } = await shell(`fish --no-config -c 'source script.fish; complete -C "${line}"'`, {
    cwd: folder,
    env: { HOME: folder },
  });
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((offer) => offer.split('\t')[0] ?? '')
    .sort();
}

/** Types a line and a tab into an interactive shell, and waits until it shows what is wanted. */
async function inZsh(line: string, wanted: string): Promise<string> {
  const script = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'stty -echo; PS1="> "; autoload -Uz compinit; compinit -u -D; source script.zsh; echo read''y'
zpty -r z start '*ready*'
zpty -w -n z '${line}'$'\\t\\t'
timeout=0
while (( timeout++ < 100 )); do
  if zpty -r -t z piece; then shown+=$piece; else sleep 0.05; fi
  [[ $shown == *'${wanted}'* ]] && break
done
print -r -- "$shown"
zpty -d z`;
  return (await shell(`zsh -f -c ${`'${script.replaceAll("'", "'\\''")}'`}`, { cwd: folder, env: { HOME: folder } }))
    .stdout;
}

describe.skipIf(!isInstalled('bash'))('completing in bash', () => {
  test.concurrent.for([
    [['sn'], ['sniff']],
    [
      [''],
      [
        '--help',
        '--version',
        'check',
        'collect',
        'completion',
        'diff',
        'explain',
        'logs',
        'simulate',
        'sniff',
        'status',
      ],
    ],
    [
      ['sniff', '--s'],
      ['--show-secrets', '--summary'],
    ],
    [
      ['sniff', '--format', ''],
      ['json', 'text'],
    ],
    [['sniff', '--fail-on', 'e'], ['error']],
    [
      ['sniff', '--json', '-r', 'lb'],
      ['lb1 eth0.pcap', 'lb2.pcap'],
    ],
    [
      ['completion', ''],
      ['--format', '--help', '--json', '-h', 'bash', 'fish', 'zsh'],
    ],
    [
      ['diff', 'lb'],
      ['lb1 eth0.pcap', 'lb2.pcap'],
    ],
    [['diff', '--al'], ['--all']],
    [['explain', '--u'], ['']],
    [['nope', ''], ['']],
  ] as const)('ha-doctor %j', async ([words, offers], { expect }) => {
    expect(await inBash(...words)).toEqual(offers);
  });

  test('interfaces', async () => {
    expect(await inBash('sniff', '-i', '')).toContain('any');
  });
});

describe.skipIf(!isInstalled('fish'))('completing in fish', () => {
  test.concurrent.for([
    ['sn', ['sniff']],
    ['', ['check', 'collect', 'completion', 'diff', 'explain', 'logs', 'simulate', 'sniff', 'status']],
    ['sniff --s', ['--show-secrets', '--summary']],
    ['sniff --format ', ['json', 'text']],
    ['sniff --json -r lb', ['lb1 eth0.pcap', 'lb2.pcap']],
    ['simulate lb', ['lb1 eth0.pcap', 'lb2.pcap']],
    ['completion ', ['bash', 'fish', 'zsh']],
    ['explain --f', ['--format']],
  ] as const)('ha-doctor %j', async ([line, offers], { expect }) => {
    expect(await inFish(`ha-doctor ${line}`)).toEqual(offers);
  });
});

describe.skipIf(!isInstalled('zsh'))('completing in zsh', () => {
  test.concurrent.for([
    ['ha-doctor sn', 'ha-doctor sniff'],
    ['ha-doctor sniff --su', '--summary'],
    ['ha-doctor sniff --format ', 'json'],
    ['ha-doctor sniff -r lb2', 'lb2.pcap'],
    ['ha-doctor completion ', 'fish'],
  ] as const)('%s', async ([line, wanted], { expect }) => {
    expect(await inZsh(line, wanted)).toContain(wanted);
  });
});

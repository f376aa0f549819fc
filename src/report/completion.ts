/** What a shell needs to know of a command. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  /** Words that may stand as an argument. */
  readonly words: readonly string[];
  /** Whether its arguments are files or folders. */
  readonly takesFiles: boolean;
  readonly options: readonly OptionShape[];
}

interface OptionShape {
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly value: 'file' | 'interface' | 'other';
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Where the kernel lists interfaces; elsewhere there is nothing to offer. */
const listInterfaces = 'ls /sys/class/net 2>/dev/null';

/** A completion script for one shell, from the commands' own definitions. */
export function completionScript(shell: Shell, commands: readonly CommandShape[]): string {
  return { bash, zsh, fish }[shell](commands);
}

function bash(commands: readonly CommandShape[]): string {
  const cases = commands.map(({ name, options, words, takesFiles }) => {
    const values = options
      .filter(({ takesValue }) => takesValue)
      .map((option) => `      ${option.flags.join('|')}) ${bashValue(option)}; return ;;`);
    const offers = [...options.flatMap(({ flags }) => flags), ...words].join(' ');
    const files = takesFiles ? `\n    [[ "$current" == -* ]] || { ${bashFiles}; return; }` : '';
    return `  ${name})
    case "$previous" in
${values.join('\n')}
    esac${files}
    COMPREPLY=($(compgen -W "${offers}" -- "$current")) ;;`;
  });
  return `# bash completion for ha-doctor: source <(ha-doctor completion bash)
_ha_doctor() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
}
complete -F _ha_doctor ha-doctor
`;
}

/** Names may have spaces; folders get their slash. */
const bashFiles = `local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"))`;

function bashValue({ value, choices }: OptionShape): string {
  if (value === 'file') return bashFiles;
  const words = value === 'interface' ? `$(${listInterfaces}) any` : choices.join(' ');
  return `COMPREPLY=($(compgen -W "${words}" -- "$current"))`;
}

function zsh(commands: readonly CommandShape[]): string {
  const cases = commands.map(({ name, options, words, takesFiles }) => {
    const specs = options.flatMap((option) =>
      option.flags.map((flag) => `      ${quoted(`*${flag}[${bracketSafe(option.description)}]${zshValue(option)}`)}`),
    );
    const word = words.length > 0 ? [`      ${quoted(`1:argument:(${words.join(' ')})`)}`] : [];
    const argument = takesFiles ? [`      ${quoted('*:node:_files')}`] : word;
    return `    ${name})\n      _arguments \\\n${[...specs, ...argument].join(' \\\n')} ;;`;
  });
  return `#compdef ha-doctor
# zsh completion for ha-doctor: ha-doctor completion zsh > "\${fpath[1]}/_ha-doctor"
_ha_doctor() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [[ "$funcstack[1]" == _ha-doctor ]]; then _ha_doctor "$@"; else compdef _ha_doctor ha-doctor; fi
`;
}

function zshValue({ takesValue, value, choices }: OptionShape): string {
  if (!takesValue) return '';
  if (value === 'file') return ':file:_files';
  if (value === 'interface') return `:interface:($(${listInterfaces}) any)`;
  return choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:';
}

function fish(commands: readonly CommandShape[]): string {
  const lines = commands.flatMap(({ name, summary, options, words, takesFiles }) => {
    const within = `complete -c ha-doctor -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c ha-doctor -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...options.map((option) => `${within}${fishFlags(option)}${fishValue(option)} -d ${quoted(option.description)}`),
      ...(words.length > 0 ? [`${within} -f -a ${quoted(words.join(' '))}`] : []),
      ...(takesFiles ? [`${within} -F`] : []),
    ];
  });
  return `# fish completion for ha-doctor: ha-doctor completion fish > ~/.config/fish/completions/ha-doctor.fish\n${lines.join('\n')}\n`;
}

function fishFlags({ flags }: OptionShape): string {
  return flags.map((flag) => (flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`)).join('');
}

function fishValue({ takesValue, value, choices }: OptionShape): string {
  if (!takesValue) return ' -f';
  if (value === 'file') return ' -r -F';
  if (value === 'interface') return ` -x -a ${quoted(`(${listInterfaces}) any`)}`;
  return choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : ' -x';
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

function bracketSafe(text: string): string {
  return text.replace(/[[\]]/g, '\\$&');
}

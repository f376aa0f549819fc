import { readFileSync } from 'node:fs';

/** A directive as an nginx binary or module declares it (`ngx_command_t`). */
export interface DeclaredDirective {
  readonly name: string;
  /** `CORE`, `CONF`, `EVNT`, `HTTP`, `STRM` or `MAIL`. */
  readonly section: string;
  /** Contexts and numbers of arguments as bits (NGX_CONF_…, NGX_HTTP_MAIN_CONF, …). */
  readonly type: number;
}

/** The directives that a 64-bit ELF file of nginx declares: of each exported `…_module` its table of commands. */
export function declaredDirectives(path: string): DeclaredDirective[] {
  const file = readFileSync(path);
  const number = (at: number) => Number(file.readBigUInt64LE(at));
  const sections = Array.from({ length: file.readUInt16LE(0x3c) }, (_, i) => {
    const at = number(0x28) + i * file.readUInt16LE(0x3a);
    return {
      type: file.readUInt32LE(at + 4),
      address: number(at + 16),
      offset: number(at + 24),
      size: number(at + 32),
      link: file.readUInt32LE(at + 40),
    };
  });
  const offsetOf = (address: number) => {
    const section = sections.find(
      ({ type, address: start, size }) => type === 1 && start !== 0 && start <= address && address < start + size,
    );
    return section === undefined ? undefined : section.offset + address - section.address;
  };
  const text = (offset: number) => file.toString('latin1', offset, file.indexOf(0, offset));
  // Pointers are filled in when the file is loaded: by its relative relocations.
  const pointers = new Map<number, number>();
  for (const { offset, size } of sections.filter(({ type }) => type === 4)) {
    for (let at = offset; at < offset + size; at += 24) {
      if (file.readUInt32LE(at + 8) === 8) pointers.set(number(at), number(at + 16));
    }
  }
  const declared: DeclaredDirective[] = [];
  for (const symbols of sections.filter(({ type }) => type === 11)) {
    const names = sections[symbols.link]?.offset ?? 0;
    for (let at = symbols.offset; at < symbols.offset + symbols.size; at += 24) {
      const module = offsetOf(number(at + 8));
      const commands = offsetOf(pointers.get(number(at + 8) + 0x40) ?? 0);
      if (module === undefined || commands === undefined || !text(names + file.readUInt32LE(at)).endsWith('_module'))
        continue;
      const section = file.toString('latin1', module + 0x48, module + 0x4c);
      const start = pointers.get(number(at + 8) + 0x40) ?? 0;
      for (let i = 0; number(commands + i * 56) > 0; i++) {
        const name = text(offsetOf(pointers.get(start + i * 56 + 8) ?? 0) ?? 0);
        declared.push({ name, section, type: file.readUInt32LE(commands + i * 56 + 16) });
      }
    }
  }
  return declared;
}

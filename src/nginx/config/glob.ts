/** What of a path is a pattern of glob(3): nginx takes a path without these as it is (ngx_conf_include()). */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Whether a path fits a pattern of glob(3): `*`, `?` and `[a-z]` match within one name, and no leading dot. Its time is
 * bounded by the product of both lengths.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const patterns = pattern.split('/');
  const names = path.split('/');
  return patterns.length === names.length && patterns.every((part, i) => matchesName(part, names[i] ?? ''));
}

function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const parts = partsOf(pattern);
  let at = 0;
  let [star, behindStar] = [-1, 0];
  for (let i = 0; at < name.length; ) {
    const part = parts[i];
    if (part === '*') {
      [star, behindStar] = [i, at];
      i++;
    } else if (part?.(name[at] ?? '')) {
      i++;
      at++;
    } else if (star !== -1) {
      // The last star takes one character more.
      behindStar++;
      [i, at] = [star + 1, behindStar];
    } else {
      return false;
    }
    if (at === name.length) return parts.slice(i).every((rest) => rest === '*');
  }
  return parts.every((part) => part === '*');
}

type Part = '*' | ((character: string) => boolean);

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? '';
    const end = character === '[' ? pattern.indexOf(']', i + (/^\[[!^]/.test(pattern.slice(i, i + 2)) ? 3 : 2)) : -1;
    if (character === '*') {
      parts.push('*');
    } else if (character === '?') {
      parts.push(() => true);
    } else if (end !== -1) {
      parts.push(setOf(pattern.slice(i + 1, end)));
      i = end;
    } else {
      const literal = character === '\\' && i + 1 < pattern.length ? (pattern[++i] ?? '') : character;
      parts.push((other) => other === literal);
    }
  }
  return parts;
}

/** `a-z_`, or `!a-z` for all others. */
function setOf(text: string): (character: string) => boolean {
  const isNegated = /^[!^]/.test(text);
  const ranges: (readonly [string, string])[] = [];
  const members = isNegated ? text.slice(1) : text;
  for (let i = 0; i < members.length; i++) {
    const from = members[i] ?? '';
    const isRange = members[i + 1] === '-' && i + 2 < members.length;
    ranges.push([from, isRange ? (members[i + 2] ?? '') : from]);
    if (isRange) i += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== isNegated;
}

/** Languages whose names of months are known, the likelier first: where two use one name, it is the first one's. */
const languages = [
  ...['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ru', 'cs', 'sv', 'da', 'nb', 'tr', 'hu', 'ro', 'uk', 'sk', 'hr'],
];

let names: readonly (readonly [string, number])[] | undefined;

/**
 * The month 1..12 by its name or abbreviation in any of the languages, or its number as Chinese, Japanese and Korean
 * write it (`4月`); undefined where it is none. strftime(3) abbreviates otherwise than others do: what begins a name,
 * with three letters or more, is that name.
 */
export function monthOf(word: string): number | undefined {
  const number = /^(\d{1,2})(?:月|월)$/u.exec(word)?.[1];
  if (number !== undefined) return Number(number) >= 1 && Number(number) <= 12 ? Number(number) : undefined;
  const wanted = folded(word);
  if (wanted.length < 3) return undefined;
  names ??= languages.flatMap(namesIn);
  return names.find(([name]) => name === wanted)?.[1] ?? names.find(([name]) => name.startsWith(wanted))?.[1];
}

function namesIn(language: string): readonly (readonly [string, number])[] {
  const options = (['short', 'long'] as const).flatMap((month) => [{ month }, { month, day: 'numeric' as const }]);
  return options.flatMap((option) => {
    const format = new Intl.DateTimeFormat(language, { ...option, timeZone: 'UTC' });
    return Array.from({ length: 12 }, (_, index) => {
      const part = format.formatToParts(Date.UTC(2026, index, 15)).find(({ type }) => type === 'month');
      return [folded(part?.value ?? ''), index + 1] as const;
    });
  });
}

function folded(word: string): string {
  return word.toLowerCase().replace('.', '');
}

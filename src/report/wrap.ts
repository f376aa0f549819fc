import type { Style } from './style.ts';

/**
 * Breaks a text of plain words (no escape sequences) into lines of at most `columns` characters; lines after the first
 * start with `indent` spaces. A word longer than a line stands alone. `columns` null: one line.
 */
export function wrap(text: string, columns: number | null, indent = 0): string {
  if (columns === null || text.length <= columns) return text;
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S)(?= )/)) {
    if (line !== '' && line.length + word.length > columns) {
      lines.push(line);
      line = margin + word.trimStart();
    } else line += word;
  }
  return [...lines, line].join('\n');
}

/** A text of at most `room` characters, its end given up for an ellipsis where it is longer. */
export function cut(text: string, room: number, { ellipsis }: Style): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - ellipsis.length))}${ellipsis}`;
}

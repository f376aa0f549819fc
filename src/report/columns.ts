import type { Style } from './style.ts';

/** Draws rows of cells, the first row the head. */
export type DrawTable = (rows: readonly (readonly string[])[]) => string;

/** A column of a table, its head first; those of the lowest rank (0 to 9) go first where the terminal is narrow. */
export interface Column {
  readonly rank: number;
  readonly cells: readonly string[];
}

/** A table of the columns that fit the terminal's width. Cells are plain text. */
export function drawWithin(columns: readonly Column[], style: Style, drawTable: DrawTable): string {
  let table = '';
  for (let rank = 0; rank < 9; rank++) {
    const kept = columns.filter((column) => column.rank > rank);
    const rows = (kept[0]?.cells ?? []).map((_, row) => kept.map(({ cells }) => cells[row] ?? ''));
    table = drawTable(rows);
    if (style.columns === null || Math.max(...table.split('\n').map((line) => line.length)) <= style.columns) break;
  }
  return table;
}

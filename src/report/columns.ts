import type { Paint, Style } from './style.ts';

/** Draws rows of cells, the first row the head. */
export type DrawTable = (rows: readonly (readonly string[])[]) => string;

/** A column of a table, its head first; those of the lowest rank (0 to 9) go first where the terminal is narrow. */
export interface Column {
  readonly rank: number;
  /** Plain text. */
  readonly cells: readonly string[];
  /** How cells below the head look. */
  readonly paint?: (cell: string) => Paint;
}

/** A table of the columns that fit the terminal's width. */
export function drawWithin(columns: readonly Column[], style: Style, drawTable: DrawTable): string {
  let kept = columns;
  for (let rank = 0; rank < 9; rank++) {
    kept = columns.filter((column) => column.rank > rank);
    const width = Math.max(
      ...drawTable(rowsOf(kept, false))
        .split('\n')
        .map(({ length }) => length),
    );
    if (style.columns === null || width <= style.columns) break;
  }
  return drawTable(rowsOf(kept, true));
}

function rowsOf(columns: readonly Column[], isPainted: boolean): string[][] {
  return (columns[0]?.cells ?? []).map((_, row) =>
    columns.map(({ cells, paint }) => {
      const cell = cells[row] ?? '';
      return isPainted && paint !== undefined && row > 0 ? paint(cell)(cell) : cell;
    }),
  );
}

import Table from 'cli-table3';

/** A table without borders, indented; the first row is the head. Cells may be coloured; one alone takes the whole row. */
export function drawTable(rows: readonly (readonly string[])[]): string {
  const nothing = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
  };
  const none = { left: '  ', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };
  const table = new Table({
    chars: { ...nothing, ...none },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  const columns = rows[0]?.length ?? 1;
  const isHeading = (row: readonly string[]) => row.length === 1 && columns > 1;
  table.push(...rows.map((row) => (isHeading(row) ? row.map((content) => ({ content, colSpan: columns })) : [...row])));
  return table.toString().replace(/ +$/gm, '');
}

/** Draws what a program printed on a terminal as an SVG that reads on light pages and on dark ones. */

const fontSize = 14;
/** Nearly all monospaced fonts are six tenths of their size wide; `textLength` puts the others right. */
const columnWidth = 8.4;
const rowHeight = 19;
const margin = 18;

const darkPalette = `
  .page { fill: #0d1117; stroke: #30363d; } text { fill: #e6edf3; }
  .red { fill: #ff7b72; } .green { fill: #3fb950; } .yellow { fill: #d29922; } .blue { fill: #58a6ff; } .cyan { fill: #39c5cf; }`;
const lightPalette = `
  .page { fill: #ffffff; stroke: #d0d7de; } text { fill: #1f2328; }
  .red { fill: #cf222e; } .green { fill: #1a7f37; } .yellow { fill: #7d4e00; } .blue { fill: #0550ae; } .cyan { fill: #1b7c83; }`;

/** Select Graphic Rendition (ECMA-48 section 8.3.117), as far as src/report/style.ts makes use of it. */
const colours: ReadonlyMap<number, string> = new Map([
  [31, 'red'],
  [32, 'green'],
  [33, 'yellow'],
  [34, 'blue'],
  [36, 'cyan'],
]);

interface Run {
  readonly text: string;
  readonly column: number;
  readonly classes: readonly string[];
}

/** `output` is what `command` printed, with its escape sequences, in `columns` columns. */
export function terminalSvg(command: string, output: string, columns: number): string {
  const rows = [`\x1b[2m$\x1b[22m \x1b[1m${command}\x1b[22m`, '', ...output.replace(/\n$/, '').split('\n')];
  const width = Math.ceil(columns * columnWidth) + 2 * margin;
  const height = rows.length * rowHeight + 2 * margin;
  const lines = rows.flatMap((row, index) => runsOf(row).map((run) => renderRun(run, index)));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" xml:space="preserve">
<title>${escaped(command)}</title>
<style>
  text { font: ${fontSize}px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace; white-space: pre; }
  .bold { font-weight: bold; } .dim { opacity: 0.68; }${darkPalette}
  @media (prefers-color-scheme: light) {${lightPalette}
  }
</style>
<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${lines.join('\n')}
</svg>
`;
}

/** The pieces of a row that look alike, without the space around them. */
function runsOf(row: string): Run[] {
  const runs: Run[] = [];
  let colour: string | null = null;
  let weight: string | null = null;
  let column = 0;
  for (const piece of row.split(/(\x1b\[\d+m)/)) {
    const code = /^\x1b\[(\d+)m$/.exec(piece)?.[1];
    if (code === undefined) {
      const text = piece.trim();
      const classes = [colour, weight].filter((name) => name !== null);
      if (text !== '') runs.push({ text, column: column + piece.length - piece.trimStart().length, classes });
      column += piece.length;
    } else if (code === '39') colour = null;
    else if (code === '22') weight = null;
    else if (code === '1' || code === '2') weight = code === '1' ? 'bold' : 'dim';
    else {
      colour = colours.get(Number(code)) ?? null;
      if (colour === null) throw new Error(`no colour for the escape sequence ESC [ ${code} m`);
    }
  }
  return runs;
}

function renderRun({ text, column, classes }: Run, row: number): string {
  const x = rounded(margin + column * columnWidth);
  const y = rounded(margin + row * rowHeight + fontSize);
  const look = classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
  return `<text${look} x="${x}" y="${y}" textLength="${rounded(text.length * columnWidth)}">${escaped(text)}</text>`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

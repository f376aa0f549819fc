import { Chalk } from 'chalk';
import type { Severity } from '../model/finding.ts';
import type { VrrpState } from '../model/log.ts';

/**
 * The visual language of every command: MASTER green, BACKUP blue, FAULT and errors red, warnings yellow, evidence dim.
 * Where the locale is not UTF-8 signs are ASCII.
 */
export interface Style {
  readonly master: Paint;
  readonly backup: Paint;
  readonly fault: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly branch: string;
  readonly mark: string;
  /** The states over time, a character a column, and what marks a time below them. */
  readonly lane: Readonly<Record<VrrpState | 'tick', string>>;
  /** Columns of the terminal; null in a pipe or file, where lines are as long as they are. */
  readonly columns: number | null;
}

export type Paint = (text: string) => string;

export interface StyleOptions {
  readonly colour: boolean;
  readonly utf8: boolean;
  readonly columns: number | null;
}

export function createStyle({ colour, utf8, columns }: StyleOptions): Style {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    master: chalk.green,
    backup: chalk.blue,
    fault: chalk.red,
    warning: chalk.yellow,
    info: chalk.cyan,
    dim: chalk.dim,
    strong: chalk.bold,
    arrow: utf8 ? '→' : '->',
    ellipsis: utf8 ? '…' : '...',
    branch: utf8 ? '└' : '`-',
    mark: utf8 ? '●' : '*',
    lane: utf8
      ? { MASTER: '█', BACKUP: '░', FAULT: '▒', STOP: '·', INIT: ' ', tick: '╵' }
      : { MASTER: '#', BACKUP: '-', FAULT: '!', STOP: '.', INIT: ' ', tick: '|' },
    columns,
  };
}

export function paintOf(severity: Severity, style: Style): Paint {
  return severity === 'error' ? style.fault : severity === 'warning' ? style.warning : style.info;
}

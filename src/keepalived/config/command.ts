import type { ConfigItem, ScriptCommand } from '../../model/keepalived.ts';
import { splitCommand } from './words.ts';

/**
 * The command of `script COMMAND` or `notify COMMAND [USER [GROUP]]`: with arguments it has to be quoted as a whole, and
 * is then split again. null where it is empty.
 */
export function readCommand(item: ConfigItem): ScriptCommand | null {
  const [, whole = '', user = null, group = null] = splitCommand(item.text).words;
  const command = splitCommand(whole).words;
  if (command.length === 0) return null;
  const { file, line, text } = item;
  return { file, line, text, command, user, group };
}

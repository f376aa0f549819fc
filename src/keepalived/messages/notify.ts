import type { LogEvent } from '../../model/log.ts';

/** nginx-ha-keepalived's `Transition to state 'MASTER' on VRRP instance 'VI_1'.`; some print blanks within the quotes. */
const transition = /^Transition to state '([^']{1,40})' on VRRP instance '([^']{1,255})'/;
/** Of the script that moves the Elastic IP. */
const parameters = 'Params and Values: ';
const transfer = /^(\w{1,20}) Path Transfer from /;
const unknownState = /^Unknown state: '([^']{0,40})'/;
/** What keepalived calls a notify script with, as many log it: `INSTANCE VI_1 MASTER 100`, `… is now MASTER`. */
const called = /\b(?:INSTANCE|GROUP) "?([^"\n]{1,255}?)"? (?:is now |state )?(INIT|BACKUP|MASTER|FAULT|STOP|DELETED)\b/;

/** As much as is looked at: scripts log short lines. */
const longest = 4096;

/** What a notify script says of itself: one of the tag `nginx-ha-keepalived`, or of another one's own. */
export function parseNotify(message: string): LogEvent | null {
  const text = message.slice(0, longest);
  if (text.startsWith(parameters)) {
    const values = parseParameters(text.slice(parameters.length));
    return notify(values['NAME'] ?? null, values['STATE'] ?? null, text, values);
  }
  const [, state, instance] = transition.exec(text) ?? [];
  if (state !== undefined) return notify(instance?.trim() ?? null, state.trim(), text);
  const [, path] = transfer.exec(text) ?? [];
  if (path !== undefined) return notify(null, path, text);
  const [, misunderstood] = unknownState.exec(text) ?? [];
  if (misunderstood !== undefined) return notify(null, misunderstood.trim(), text);
  return parseCall(text);
}

/** Only the arguments that keepalived calls a script with: whatever the script's tag is. */
export function parseCall(text: string): LogEvent | null {
  const [, name, to] = called.exec(text.slice(0, longest)) ?? [];
  return name === undefined ? null : notify(name, to ?? null, text);
}

/** `TYPE=INSTANCE -- NAME=VI_1 -- …`; older ones part them by blanks. */
function parseParameters(text: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [, name = '', value = ''] of text.matchAll(/\b([A-Z][A-Z_\d]{0,39})=([^\s]{0,400})/g))
    values[name] = value;
  return values;
}

function notify(
  instance: string | null,
  state: string | null,
  detail: string,
  values: Record<string, string> | null = null,
): LogEvent {
  return { kind: 'notify', instance, state, detail, parameters: values };
}

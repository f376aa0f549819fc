import type { FilePermissions, NodeConfiguration, ScriptCommand } from '../model/keepalived.ts';
import { lineEvidence } from './in-configurations.ts';
import { defineRule } from './rule.ts';
import { fileOf, judgeScripts, type ScriptFault } from './scripts.ts';

export const scriptUnusable = defineRule({
  code: 'HAD406',
  name: 'script-unusable',
  severity: 'error',
  title: 'keepalived cannot run a script, or refuses to',
  explanation: `keepalived leaves out a track script that does not exist. With \`enable_script_security\` it also leaves out one that it would run as root
and that somebody else could change: it walks the path from the root, and each folder and the file itself must belong to root and be writable
for nobody else (a group of id 0, or others in a folder with the sticky bit, may write). A script that is not executable fails each time.`,
  consequence:
    'a check that is left out never fails, so that its fault does not move the VIP; a notify script is not told',
  confirm: 'On the node: `keepalived -t`; `namei -l PATH` shows owner and mode of each part of the path.',
  remedy: 'chown root:root and chmod 755 on what is named, or the right path in keepalived.conf; then reload',
  references: ['keepalived.conf(5) script_user, enable_script_security', 'keepalived: check_script_secure()'],
  needs: ['configurations'],
  check({ configurations }) {
    return judgeScripts(configurations, (node) => commandsOf(node).flatMap((command) => faultOf(node, command) ?? []));
  },
});

/** Track and notify scripts, each path once. */
function commandsOf({ config }: NodeConfiguration): readonly ScriptCommand[] {
  const commands = [
    ...config.scripts.flatMap(({ script }) => script ?? []),
    ...config.instances.flatMap(({ notify }) => notify),
    ...config.syncGroups.flatMap(({ notify }) => notify),
  ];
  const paths = new Set<string | undefined>();
  return commands.filter(({ command: [path] }) => !paths.has(path) && paths.add(path));
}

function faultOf(node: NodeConfiguration, command: ScriptCommand): ScriptFault | null {
  const file = fileOf(node, command);
  if (file === undefined) return null;
  const fault = (message: string, shown?: FilePermissions): ScriptFault => ({
    message,
    evidence: [
      lineEvidence(node, command),
      ...(shown === undefined
        ? []
        : [{ kind: 'command' as const, node: node.node, command: `stat ${shown.path}`, text: permissionsOf(shown) }]),
    ],
  });
  if (!file.exists) return fault(`${file.path} does not exist`);
  if (file.mode !== null && (file.mode & 0o111) === 0) return fault(`${file.path} is not executable`, file);
  const { scriptUser, enableScriptSecurity } = node.config.global;
  if (!enableScriptSecurity.value || (command.user ?? scriptUser.value) !== 'root') return null;
  const insecure = [...file.folders.map((part) => [part, true] as const), [file, false] as const].find(
    ([part, isFolder]) => isWritableByOthers(part, isFolder),
  );
  if (insecure === undefined) return null;
  const [part] = insecure;
  const what = part.uid !== null && part.uid !== 0 ? 'does not belong to root' : 'is writable for others than root';
  return fault(part === file ? `${file.path} ${what}` : `${part.path} on the path of ${file.path} ${what}`, part);
}

/** As keepalived judges each part of the path; what is not known passes. */
function isWritableByOthers({ mode, uid, gid }: FilePermissions, isFolder: boolean): boolean {
  if (uid !== null && uid !== 0) return true;
  if (mode === null) return false;
  const isSticky = isFolder && (mode & 0o1000) !== 0;
  if ((mode & 0o002) !== 0 && !isSticky) return true;
  return (mode & 0o020) !== 0 && gid !== null && gid !== 0;
}

function permissionsOf({ mode, uid, gid }: FilePermissions): string {
  return `mode ${mode === null ? 'not known' : mode.toString(8).padStart(4, '0')}, uid ${uid ?? 'not known'}, gid ${gid ?? 'not known'}`;
}

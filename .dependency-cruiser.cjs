// The arrows between the rooms of src/ (docs/architecture.md). `npm run check` fails on any other.
const pure = '^src/(packet|syslog|keepalived|nginx|vrrp|timeline|compare|rules|model|report)/';
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'model-imports-nothing', severity: 'error', from: { path: '^src/model/' }, to: { pathNot: '^src/model/' } },
    {
      name: 'pure-rooms-do-no-io',
      severity: 'error',
      from: { path: pure },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packet-sees-model-only',
      severity: 'error',
      from: { path: '^src/packet/' },
      to: { path: '^src/', pathNot: '^src/(packet|model)/' },
    },
    {
      name: 'capture-sees-model-only',
      severity: 'error',
      from: { path: '^src/capture/' },
      to: { path: '^src/', pathNot: '^src/(capture|model)/' },
    },
    {
      name: 'vrrp-sees-model-only',
      severity: 'error',
      from: { path: '^src/vrrp/' },
      to: { path: '^src/', pathNot: '^src/(vrrp|model)/' },
    },
    {
      name: 'syslog-sees-model-only',
      severity: 'error',
      from: { path: '^src/syslog/' },
      to: { path: '^src/', pathNot: '^src/(syslog|model)/' },
    },
    {
      name: 'keepalived-sees-model-only',
      severity: 'error',
      from: { path: '^src/keepalived/' },
      to: { path: '^src/', pathNot: '^src/(keepalived|model)/' },
    },
    {
      name: 'nginx-sees-model-only',
      severity: 'error',
      from: { path: '^src/nginx/' },
      to: { path: '^src/', pathNot: '^src/(nginx|model)/' },
    },
    {
      name: 'timeline-sees-model-only',
      severity: 'error',
      from: { path: '^src/timeline/' },
      to: { path: '^src/', pathNot: '^src/(timeline|model)/' },
    },
    {
      name: 'node-sees-model-only',
      severity: 'error',
      from: { path: '^src/node/' },
      to: { path: '^src/', pathNot: '^src/(node|model)/' },
    },
    {
      name: 'compare-sees-what-it-compares',
      severity: 'error',
      from: { path: '^src/compare/' },
      to: { path: '^src/', pathNot: '^src/(compare|keepalived|nginx|model)/' },
    },
    {
      name: 'rules-see-model-only',
      severity: 'error',
      comment: 'a rule reads the snapshot and nothing else',
      from: { path: '^src/rules/' },
      to: { path: '^src/', pathNot: '^src/(rules|model)/' },
    },
    {
      name: 'report-sees-model-only',
      severity: 'error',
      comment: 'a report does not know where the data came from',
      from: { path: '^src/report/' },
      to: { path: '^src/', pathNot: '^src/(report|model)/' },
    },
    {
      name: 'commands-do-not-see-each-other',
      severity: 'error',
      from: { path: '^src/commands/([^/.]+)[/.]', pathNot: '^src/commands/(index\\.ts|shared/)' },
      to: { path: '^src/commands/', pathNot: '^src/commands/(shared/|$1[/.])' },
    },
    {
      name: 'only-capture-names-pcap',
      severity: 'error',
      from: { pathNot: '^src/capture/' },
      to: { path: '(^|/)node_modules/pcap/|^pcap$' },
    },
    {
      name: 'only-report-and-commands-colour',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(report|commands)/' },
      to: { path: 'node_modules/(chalk|cli-table3)/' },
    },
    {
      name: 'only-the-command-line-knows-commander',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(commands/|cli\\.ts$)' },
      to: { path: 'node_modules/commander/' },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: '^pcap$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};

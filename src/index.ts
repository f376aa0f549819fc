// The pure rooms as a typed library, for those who build on them.

export { parseKeepalivedConfig, parseTree } from './keepalived/config/parse.ts';
export type { ConfigFile, ConfigFiles, NodeFacts } from './keepalived/config/reader.ts';
export { type Node as ConfigNode, print as printTree } from './keepalived/config/tree.ts';
export { behavioursIn, changes } from './keepalived/versions/behaviours.ts';
export { compareVersions, parseVersions, readVersion } from './keepalived/versions/version.ts';
export type * from './model/election.ts';
export type * from './model/finding.ts';
export type * from './model/host.ts';
export type * from './model/keepalived.ts';
export type * from './model/log.ts';
export type * from './model/packet.ts';
export type * from './model/pair.ts';
export * from './model/snapshot.ts';
export type * from './model/time.ts';
export type * from './model/versions.ts';
export type * from './model/wire.ts';
export { Dissector, linkTypeName, supportsLinkType } from './packet/dissect.ts';
export { type Diagnosis, diagnose } from './rules/engine.ts';
export { findRule, rules, rulesOn } from './rules/index.ts';
export type { Rule, RuleContext } from './rules/rule.ts';
export { WireFollower, type WireOptions } from './vrrp/wire.ts';

import type { Snapshot } from '../model/snapshot.ts';
import { splitBrain } from './had101-split-brain.ts';
import { foreignRouter } from './had102-foreign-router.ts';
import { checksumVariant } from './had103-checksum-variant.ts';
import { checksumBad } from './had104-checksum-bad.ts';
import { ahInUse } from './had105-ah-in-use.ts';
import { authTrailerDiffers } from './had106-auth-trailer-differs.ts';
import { ttlNot255 } from './had107-ttl-not-255.ts';
import { nearFailover } from './had108-near-failover.ts';
import { noAdverts } from './had109-no-adverts.ts';
import { vipsDifferOnWire } from './had110-vips-differ-on-wire.ts';
import { intervalDiffersOnWire } from './had111-interval-differs-on-wire.ts';
import { versionMixedOnWire } from './had112-version-mixed-on-wire.ts';
import { authDiffersOnWire } from './had113-auth-differs-on-wire.ts';
import { carpOnSegment } from './had114-carp-on-segment.ts';
import { vipInTwoVrids } from './had115-vip-in-two-vrids.ts';
import { passwordInClear } from './had116-password-in-clear.ts';
import { unicastMulticastMixed } from './had117-unicast-multicast-mixed.ts';
import { oneWay } from './had118-one-way.ts';
import { malformedAdvert } from './had119-malformed-advert.ts';
import { flapping } from './had201-flapping.ts';
import { schedulerStall } from './had202-scheduler-stall.ts';
import { advertsLate } from './had203-adverts-late.ts';
import { staleArpAfterHeal } from './had204-stale-arp-after-heal.ts';
import { faultState } from './had205-fault-state.ts';
import { manualFailoverLeft } from './had206-manual-failover-left.ts';
import { notifyRace } from './had207-notify-race.ts';
import { advertsRejected } from './had208-adverts-rejected.ts';
import { checkScriptFailed } from './had209-check-script-failed.ts';
import { clocksDiffer } from './had210-clocks-differ.ts';
import { vipRemovedUnderKeepalived } from './had211-vip-removed-under-keepalived.ts';
import { configWarningLogged } from './had212-config-warning-logged.ts';
import { vridDiffers } from './had301-vrid-differs.ts';
import { authDiffers } from './had302-auth-differs.ts';
import { unicastPeersNotMutual } from './had303-unicast-peers-not-mutual.ts';
import { unicastMulticastDiffer } from './had304-unicast-multicast-differ.ts';
import { versionDiffers } from './had305-version-differs.ts';
import { advertIntDiffers } from './had306-advert-int-differs.ts';
import { vipListDiffers } from './had307-vip-list-differs.ts';
import { equalPriority } from './had308-equal-priority.ts';
import { vipOutsideSubnet } from './had309-vip-outside-subnet.ts';
import { failbackChurn } from './had310-failback-churn.ts';
import { instanceMissing } from './had311-instance-missing.ts';
import { checkDiffers } from './had312-check-differs.ts';
import { settingDiffers } from './had313-setting-differs.ts';
import { authPassTruncated } from './had401-auth-pass-truncated.ts';
import { weightNeverFailsOver } from './had402-weight-never-fails-over.ts';
import { nopreemptWithWeight } from './had403-nopreempt-with-weight.ts';
import { nopreemptNeedsBackup } from './had404-nopreempt-needs-backup.ts';
import { strictBlocksVip } from './had405-strict-blocks-vip.ts';
import { scriptUnusable } from './had406-script-unusable.ts';
import { scriptAlwaysSucceeds } from './had407-script-always-succeeds.ts';
import { scriptActs } from './had408-script-acts.ts';
import { scriptTimeoutTight } from './had409-script-timeout-tight.ts';
import { checkProvesProcessOnly } from './had410-check-proves-process-only.ts';
import { unknownKeyword } from './had411-unknown-keyword.ts';
import { familiesMixed } from './had412-families-mixed.ts';
import { sampleValuesKept } from './had413-sample-values-kept.ts';
import { authIgnored } from './had414-auth-ignored.ts';
import { valueOutOfRange } from './had415-value-out-of-range.ts';
import { scriptUndefined } from './had416-script-undefined.ts';
import { vridReused } from './had417-vrid-reused.ts';
import { bothDownKeepsVip } from './had418-both-down-keeps-vip.ts';
import { manualFailoverIneffective } from './had419-manual-failover-ineffective.ts';
import { syntax } from './had420-syntax.ts';
import { placeholderLeft } from './had421-placeholder-left.ts';
import { nginxConfigDiffers } from './had501-nginx-config-differs.ts';
import { tlsMaterialDiffers } from './had502-tls-material-differs.ts';
import { listenNotBindable } from './had503-listen-not-bindable.ts';
import { configNotLoaded } from './had504-config-not-loaded.ts';
import { nginxBuildDiffers } from './had505-nginx-build-differs.ts';
import { nginxFileMissing } from './had506-nginx-file-missing.ts';
import { nginxSyntax } from './had507-nginx-syntax.ts';
import { firewallDropsVrrp } from './had601-firewall-drops-vrrp.ts';
import { networkManagerOwnsInterface } from './had602-network-manager-owns-interface.ts';
import { hypervisorFilters } from './had603-hypervisor-filters.ts';
import { multicastLost } from './had604-multicast-lost.ts';
import { rpFilter } from './had605-rp-filter.ts';
import { interfaceDown } from './had606-interface-down.ts';
import { elasticIpNotOnMaster } from './had701-elastic-ip-not-on-master.ts';
import { notifyScriptCannotRun } from './had702-notify-script-cannot-run.ts';
import { imdsv1Only } from './had703-imdsv1-only.ts';
import { securityGroupLacks112 } from './had704-security-group-lacks-112.ts';
import { iamDenies } from './had705-iam-denies.ts';
import { haNodeNamesWrong } from './had706-ha-node-names-wrong.ts';
import { elasticIpUnassociated } from './had707-elastic-ip-unassociated.ts';
import { elasticIpContended } from './had708-elastic-ip-contended.ts';
import { notifyStepFailed } from './had709-notify-step-failed.ts';
import { awsKeysReadable } from './had710-aws-keys-readable.ts';
import { vipWithoutKeepalived } from './had801-vip-without-keepalived.ts';
import { stateFileDisagrees } from './had802-state-file-disagrees.ts';
import { noMaster } from './had803-no-master.ts';
import { masterWithoutVip } from './had804-master-without-vip.ts';
import { stateFileAmbiguous } from './had805-state-file-ambiguous.ts';
import { duplicateVipOwner } from './had806-duplicate-vip-owner.ts';
import { backupNotReady } from './had807-backup-not-ready.ts';
import { runningConfigStale } from './had808-running-config-stale.ts';
import { countedErrors } from './had809-counted-errors.ts';
import type { Rule } from './rule.ts';

/** Every rule of the catalogue that is built, in the order of their codes. */
export const rules: readonly Rule[] = [
  splitBrain,
  foreignRouter,
  checksumVariant,
  checksumBad,
  ahInUse,
  authTrailerDiffers,
  ttlNot255,
  nearFailover,
  noAdverts,
  vipsDifferOnWire,
  intervalDiffersOnWire,
  versionMixedOnWire,
  authDiffersOnWire,
  carpOnSegment,
  vipInTwoVrids,
  passwordInClear,
  unicastMulticastMixed,
  oneWay,
  malformedAdvert,
  flapping,
  schedulerStall,
  advertsLate,
  staleArpAfterHeal,
  faultState,
  manualFailoverLeft,
  notifyRace,
  advertsRejected,
  checkScriptFailed,
  clocksDiffer,
  vipRemovedUnderKeepalived,
  configWarningLogged,
  vridDiffers,
  authDiffers,
  unicastPeersNotMutual,
  unicastMulticastDiffer,
  versionDiffers,
  advertIntDiffers,
  vipListDiffers,
  equalPriority,
  vipOutsideSubnet,
  failbackChurn,
  instanceMissing,
  checkDiffers,
  settingDiffers,
  authPassTruncated,
  weightNeverFailsOver,
  nopreemptWithWeight,
  nopreemptNeedsBackup,
  strictBlocksVip,
  scriptUnusable,
  scriptAlwaysSucceeds,
  scriptActs,
  scriptTimeoutTight,
  checkProvesProcessOnly,
  unknownKeyword,
  familiesMixed,
  sampleValuesKept,
  authIgnored,
  valueOutOfRange,
  scriptUndefined,
  vridReused,
  bothDownKeepsVip,
  manualFailoverIneffective,
  syntax,
  placeholderLeft,
  nginxConfigDiffers,
  tlsMaterialDiffers,
  listenNotBindable,
  configNotLoaded,
  nginxBuildDiffers,
  nginxFileMissing,
  nginxSyntax,
  firewallDropsVrrp,
  networkManagerOwnsInterface,
  hypervisorFilters,
  multicastLost,
  rpFilter,
  interfaceDown,
  elasticIpNotOnMaster,
  notifyScriptCannotRun,
  imdsv1Only,
  securityGroupLacks112,
  iamDenies,
  haNodeNamesWrong,
  elasticIpUnassociated,
  elasticIpContended,
  notifyStepFailed,
  awsKeysReadable,
  vipWithoutKeepalived,
  stateFileDisagrees,
  noMaster,
  masterWithoutVip,
  stateFileAmbiguous,
  duplicateVipOwner,
  backupNotReady,
  runningConfigStale,
  countedErrors,
];

/** The rules that need nothing but these parts of the snapshot, or can do with one of them. */
export function rulesOn(...parts: readonly (keyof Snapshot)[]): readonly Rule[] {
  const has = (part: keyof Snapshot) => parts.includes(part);
  return rules.filter(({ needs, mayUse = [] }) => needs.every(has) && (needs.length > 0 || mayUse.some(has)));
}

/** The rule of a code or name, in any case; undefined where there is none. */
export function findRule(codeOrName: string): Rule | undefined {
  const wanted = codeOrName.toLowerCase();
  return rules.find(({ code, name }) => code.toLowerCase() === wanted || name === wanted);
}

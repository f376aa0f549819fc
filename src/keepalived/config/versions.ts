import { compareVersions } from '../versions/version.ts';
import { versionsLookedAt } from './keywords.ts';

/** Whether a keyword that was first seen in `since` is surely unknown to a version: it was not in one as late. */
export function isUnknownTo(version: string | null, since: string): boolean {
  if (version === null) return false;
  const index = versionsLookedAt.indexOf(since);
  const before = versionsLookedAt[index - 1];
  return before !== undefined && compareVersions(version, before) <= 0;
}

/** One store's file, laid over its group and checked. */
import { storeSettings } from '../../mappings/store.ts';
import { explainIssues } from '../issues.ts';
import { type Problem, readYamlFile } from '../yaml.ts';
import type { Groups } from './groups.ts';
import { layOver, originOf } from './layers.ts';
import type { Report } from './problem.ts';
import { checkReferences, type Entries } from './references.ts';
import type { Store } from './types.ts';
import { isBlock, valueAt } from './value-at.ts';

export interface Surroundings {
  readonly entries: Entries;
  readonly groups: Groups;
}

export interface StoreFile {
  readonly name: string;
  /** As problems name it: `stores/tea.yaml`. */
  readonly file: string;
  /** What the file says, and what its group says. */
  readonly written: unknown;
  readonly group: { readonly name: string; readonly content: unknown } | undefined;
  /** The one laid over the other. */
  readonly content: unknown;
  /** Undefined when something is wrong with it. */
  readonly store: Store | undefined;
  /** Of a mistake at the value's own place: in this file, or once in the group. */
  readonly report: Report;
  /** The value's place in this file, whatever the group says. */
  place(path: readonly PropertyKey[]): Problem;
}

/** The name stands in {store} of templates, in commands and in logs. */
const STORE_NAME = /^[\w.-]+$/;

/** Undefined when the file cannot be read; the reasons are in `problems`. */
export function readStoreFile(
  path: string,
  name: string,
  { entries, groups }: Surroundings,
  problems: Problem[],
): StoreFile | undefined {
  const read = readYamlFile(path, problems);
  if (!read) return undefined;
  const { value: written } = read;
  const file = read.problem([], '').file;
  let isRight = true;
  const reportOwn: Report = (at, message) => {
    isRight = false;
    problems.push(read.problem(at, message));
  };
  if (!STORE_NAME.test(name)) {
    reportOwn([], 'is the name of the store: use letters, digits, ".", "_" and "-" only');
  }
  const groupName = valueAt(written, ['group']);
  const content = groups.find(groupName, reportOwn);
  const group = typeof groupName === 'string' && content ? { name: groupName, content } : undefined;
  const merged = group ? layOver(group.content, written) : written;
  const report: Report = (at, message) => {
    if (!group || originOf(at, group.content, written) === 'store') return reportOwn(at, message);
    isRight = false;
    groups.report(group.name, at, message, file);
  };

  const parsed = storeSettings.safeParse(merged);
  const issues = parsed.success ? [] : explainIssues(parsed.error, storeSettings, merged);
  for (const issue of issues) {
    // What a group would give is not missing when only its name is wrong.
    const isOfGroup = groupName !== undefined && !group;
    if (isOfGroup && valueAt(merged, issue.path) === undefined) continue;
    report(issue.path, issue.message);
  }
  const referred = isBlock(merged) ? checkReferences(merged, entries, report) : undefined;
  const store =
    isRight && parsed.success && referred
      ? {
          name,
          settings: { ...parsed.data, options: referred.options },
          currency: referred.currency,
        }
      : undefined;
  return {
    name,
    file,
    written,
    group,
    content: merged,
    store,
    report,
    place: (at) => read.problem(at, ''),
  };
}

/** `ponbridge.yaml`, section by section: a mistake in one must not hide those in another. */
import type { z } from 'zod';
import { explainIssues } from '../issues.ts';
import { type Problem, readYamlFile } from '../yaml.ts';
import type { Report } from './problem.ts';
import { type ServiceFile, serviceFile } from './service-file.ts';
import { valueAt } from './value-at.ts';

export interface ServiceRead {
  /** With mistakes, the defaults of the sections they are in. */
  readonly filled: ServiceFile;
  /** What the file says of these; undefined where that is not known. */
  readonly apps: ServiceFile['apps'] | undefined;
  readonly accounts: ServiceFile['accounts'] | undefined;
  readonly groups: ServiceFile['groups'] | undefined;
  readonly report: Report;
  place(path: readonly PropertyKey[]): Problem | undefined;
}

const DEFAULTS = serviceFile.parse({});

export function readService(path: string, problems: Problem[]): ServiceRead {
  const before = problems.length;
  const file = readYamlFile(path, problems, { optional: true });
  const report: Report = (at, message) =>
    problems.push(
      file?.problem(at, message) ?? { file: 'ponbridge.yaml', path: at.join('.'), message },
    );
  const place = (at: readonly PropertyKey[]) => file?.problem(at, '');
  if (!file) {
    const isAbsent = problems.length === before;
    const { apps, accounts, groups } = DEFAULTS;
    const known = isAbsent ? { apps, accounts, groups } : NOTHING_KNOWN;
    return { filled: DEFAULTS, ...known, report, place };
  }
  const whole = serviceFile.safeParse(file.value);
  if (whole.success) {
    const { apps, accounts, groups } = whole.data;
    return { filled: whole.data, apps, accounts, groups, report, place };
  }
  for (const issue of explainIssues(whole.error, serviceFile, file.value)) {
    report(issue.path, issue.message);
  }
  const section = <Schema extends z.ZodType>(key: string, schema: Schema) => {
    const parsed = schema.safeParse(valueAt(file.value, [key]));
    return parsed.success ? parsed.data : undefined;
  };
  const { shape } = serviceFile;
  const right = {
    apps: section('apps', shape.apps),
    accounts: section('accounts', shape.accounts),
    groups: section('groups', shape.groups),
    timings: section('timings', shape.timings),
    limits: section('limits', shape.limits),
    alerts: section('alerts', shape.alerts),
    reconcile: section('reconcile', shape.reconcile),
  };
  const { apps, accounts, groups } = right;
  const filled = {
    apps: apps ?? DEFAULTS.apps,
    accounts: accounts ?? DEFAULTS.accounts,
    groups: groups ?? DEFAULTS.groups,
    timings: right.timings ?? DEFAULTS.timings,
    limits: right.limits ?? DEFAULTS.limits,
    alerts: right.alerts ?? DEFAULTS.alerts,
    reconcile: right.reconcile ?? DEFAULTS.reconcile,
  };
  return { filled, apps, accounts, groups, report, place };
}

const NOTHING_KNOWN = { apps: undefined, accounts: undefined, groups: undefined };

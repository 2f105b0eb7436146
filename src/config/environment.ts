/** The process's own variables. */
import { statSync } from 'node:fs';
import { z } from 'zod';
import { didYouMean } from '../../mappings/near-miss.ts';
import { explainIssues } from '../issues.ts';
import type { Problem } from '../yaml.ts';
import type { Environment } from './types.ts';

export const environment = z.object({
  DATABASE_URL: z.string().optional(),
  PONBRIDGE_HOME: z.string().default('.'),
  PONBRIDGE_DATA: z.string().optional(),
  PONBRIDGE_KEYS: z.string().optional(),
  PONBRIDGE_HOST: z.string().default('127.0.0.1'),
  PONBRIDGE_PORT: z.coerce.number().int().min(0).max(65_535).default(8473),
  PONBRIDGE_CALLBACK_TOKEN: z
    .string()
    .min(24, 'at least 24 characters that nobody can guess')
    .regex(/^[\w.~-]*$/, 'letters, digits, ".", "_", "~" and "-" only: it is part of an address')
    .optional(),
  /** Where the marketplaces and the agent reach this service; shown with the addresses for their consoles. */
  PONBRIDGE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  PONBRIDGE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info'),
  PONBRIDGE_POLLING: z.enum(['on', 'off']).default('on'),
});

/** With mistakes, the defaults, so that the files are checked too. */
export function readEnvironment(
  env: Environment,
  problems: Problem[],
): z.output<typeof environment> {
  // Compose files pass on what nobody set as empty text.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  const home = set.PONBRIDGE_HOME;
  if (home !== undefined && !statSync(home, { throwIfNoEntry: false })?.isDirectory()) {
    const message = `there is no folder ${home}`;
    problems.push({ file: 'environment', path: 'PONBRIDGE_HOME', message });
  }
  if (parsed.success) return parsed.data;
  for (const { path, message } of explainIssues(parsed.error, environment, set)) {
    problems.push({ file: 'environment', path: path.join('.'), message });
  }
  return environment.parse(home === undefined ? {} : { PONBRIDGE_HOME: home });
}

const OWN = 'PONBRIDGE_';

/**
 * Variables that are set and mean nothing, though they are nearly one of ours. A secret that
 * `ponbridge.yaml` names may begin as ours do.
 */
export function checkVariableNames(
  env: Environment,
  named: ReadonlySet<string>,
  problems: Problem[],
) {
  const known = Object.keys(environment.shape).filter((each) => each.startsWith(OWN));
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(OWN) || !value || known.includes(variable) || named.has(variable)) {
      continue;
    }
    // Without what they share, or every short name would be near to every other.
    const hint = didYouMean(
      variable.slice(OWN.length),
      known.map((each) => each.slice(OWN.length)),
    );
    if (hint === '') continue;
    const message = `is no variable of ponbridge; ${hint.replace('mean ', `mean ${OWN}`)}`;
    problems.push({ file: 'environment', path: variable, message });
  }
}

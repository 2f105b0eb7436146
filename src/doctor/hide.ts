/**
 * The last net before a report leaves: whatever a setting holds that is secret or personal is taken out of
 * every text. Findings are made without such things; a vendor's own message could still repeat one.
 * @module
 */
import type { Settings } from '../config.ts';
import type { Finding } from './finding.ts';

const HIDDEN = '[hidden]';
/** Shorter texts are words and numbers that stand anywhere. */
const SHORTEST = 6;

export function hideSecrets(findings: readonly Finding[], settings: Settings): readonly Finding[] {
  const secrets = secretsOf(settings);
  const clean = (text: string) =>
    secrets.reduce((left, each) => left.replaceAll(each, HIDDEN), text);
  return findings.map((finding) => ({
    ...finding,
    found: clean(finding.found),
    ...(finding.remedy === undefined ? {} : { remedy: clean(finding.remedy) }),
    ...(finding.needs === undefined ? {} : { needs: clean(finding.needs) }),
  }));
}

/** Longest first, so that none is cut by another that is a part of it. */
export function secretsOf(settings: Settings): readonly string[] {
  const { databaseUrl, keys, callbackToken, apps, accounts, stores } = settings;
  const found = [
    ...passwordsOf(databaseUrl),
    ...(keys ?? '').split(',').flatMap((each) => [each, each.slice(each.indexOf(':') + 1)]),
    callbackToken ?? '',
    ...[...apps.values(), ...accounts.values()].flatMap((each) => textsOf(each.settings)),
    ...[...stores.values()].flatMap((store) => textsOf(store.settings.receiver)),
  ];
  return [...new Set(found)]
    .filter((text) => text.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}

function passwordsOf(databaseUrl: string | undefined): string[] {
  if (databaseUrl === undefined) return [];
  const password = URL.canParse(databaseUrl) ? new URL(databaseUrl).password : '';
  return [databaseUrl, password, decodeURIComponent(password)];
}

/** Every text of it that is no address and no word of the settings' own. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return isPlain(value) ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

const OWN_WORDS = new Set(['seconds', 'milliseconds', 'warehouse']);

function isPlain(text: string): boolean {
  return OWN_WORDS.has(text) || text.startsWith('/') || /^https?:\/\//.test(text);
}

/** What the service itself lacks for a store: keys of its app and account, its public address, its token. */
import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { Credential } from '../../connectors/credential.ts';
import { environment } from '../config.ts';
import { callbackToken } from './callback-token.ts';
import { credentialsOf, type EntryPlace, entryFor, titleOf, variableFor } from './credentials.ts';
import type { KnownHome } from './known.ts';
import { agree, askSecret, askText, choose } from './prompts.ts';
import type { ServiceEntry } from './service-file.ts';

const { PONBRIDGE_PUBLIC_URL } = environment.shape;

/** Asks for the public address and a token, where there is none. Nothing typed: none. */
export async function askAddress(home: KnownHome): Promise<Map<string, string>> {
  const variables = new Map<string, string>();
  if (!home.env.PONBRIDGE_PUBLIC_URL) {
    const url = await askText({
      message: 'Public address, e.g. https://bridge.example.com (empty: a laptop)?',
      schema: PONBRIDGE_PUBLIC_URL,
      optional: true,
    });
    if (url !== '') variables.set('PONBRIDGE_PUBLIC_URL', url.replace(/\/+$/, ''));
  }
  const isReachable = home.env.PONBRIDGE_PUBLIC_URL || variables.size > 0;
  if (!home.env.PONBRIDGE_CALLBACK_TOKEN && isReachable) {
    const wanted = await agree("Make the token for PandaPon's callback address?", true);
    if (wanted) variables.set('PONBRIDGE_CALLBACK_TOKEN', callbackToken());
  }
  return variables;
}

/** Asks for the keys of an app or account that ponbridge.yaml lacks; adds what goes into .env. */
export async function askCredentials(
  home: KnownHome,
  place: EntryPlace,
  variables: Map<string, string>,
): Promise<ServiceEntry> {
  const publicUrl = variables.get('PONBRIDGE_PUBLIC_URL') ?? home.env.PONBRIDGE_PUBLIC_URL;
  const given: Record<string, unknown> = {};
  for (const credential of credentialsOf(place)) {
    const { key, choices, forPushes } = credential;
    if (choices) {
      given[key] = await choose(
        `${titleOf(place)}: ${credential.title}?`,
        choices.map(({ value, title }) => ({ value, name: `${title} (${value})` })),
      );
    } else if (forPushes === undefined || (forPushes === 'key' && publicUrl)) {
      const variable = variableFor(place, key);
      const isKnown = await askVariable(home, place, credential, variable, variables);
      if (isKnown) given[key] = { env: variable };
    }
  }
  return entryFor(place, given, publicUrl);
}

/** False: left out, which only an optional one may be. */
async function askVariable(
  home: KnownHome,
  place: EntryPlace,
  credential: Credential,
  variable: string,
  variables: Map<string, string>,
): Promise<boolean> {
  if (home.env[variable]) {
    const isInFile = Boolean(parseEnv(home.envText ?? '')[variable]);
    // What the environment says stands above .env: a new value there would change nothing.
    if (!isInFile || (await agree(`${variable} is set already. Use it?`, true))) return true;
  }
  const optional = credential.forPushes === 'key';
  const question = {
    message: `${titleOf(place)}: ${credential.title}${optional ? ', empty: later' : ''}?`,
    schema: z.string().regex(/^\S+$/, 'a key without spaces or line ends'),
    optional,
  };
  const value = credential.secret ? await askSecret(question) : await askText(question);
  if (value === '') return false;
  variables.set(variable, value);
  return true;
}

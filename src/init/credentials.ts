/** An app's or account's values: which of them, and by which names the environment holds them. */
import type { Credential } from '../../connectors/credential.ts';
import { agents, marketplaces } from '../registry.ts';
import type { ServiceEntry } from './service-file.ts';

/** The only agent there is; a store's file may name another. */
export const AGENT = 'pandapon';

export type EntryPlace = Pick<ServiceEntry, 'kind' | 'system' | 'name'>;

export function credentialsOf({ kind, system }: EntryPlace): readonly Credential[] {
  const module = kind === 'apps' ? marketplaces.get(system) : agents.get(system);
  return module?.credentials ?? [];
}

export function titleOf({ kind, system }: EntryPlace): string {
  const module = kind === 'apps' ? marketplaces.get(system) : agents.get(system);
  return module?.title ?? system;
}

/** `LAZADA_APP_KEY`; of an app not called main `LAZADA_AGENCY_APP_KEY`. */
export function variableFor({ system, name }: EntryPlace, key: string): string {
  const words = [system, ...(name === 'main' ? [] : [name]), key.replaceAll(/([A-Z])/g, '_$1')];
  return words
    .join('_')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '_');
}

/**
 * The entry of ponbridge.yaml. What is not given comes from the environment, or has one usual value.
 * @param publicUrl where pushes come in; without it nothing is said of pushes.
 */
export function entryFor(
  place: EntryPlace,
  given: Readonly<Record<string, unknown>>,
  publicUrl: string | undefined,
): ServiceEntry {
  const values: Record<string, unknown> = {};
  for (const { key, choices, forPushes } of credentialsOf(place)) {
    const [usual] = choices ?? [];
    if (forPushes === 'address' && publicUrl) {
      values[key] = `${publicUrl.replace(/\/+$/, '')}/push/${place.system}/${place.name}`;
    }
    if (forPushes === undefined) {
      values[key] = usual?.value ?? { env: variableFor(place, key) };
    }
  }
  return { ...place, values: { ...values, ...given }, comment: commentFor(place) };
}

function commentFor(place: EntryPlace): string {
  return place.kind === 'apps'
    ? `the push address for ${titleOf(place)}'s console ends in /push/${place.system}/${place.name}`
    : `the callback address for ${titleOf(place)}'s console ends in /callback/${place.system}/${place.name}/<token>`;
}

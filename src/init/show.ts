/** What will be written, for a person to read. No secret shows. */
import type { DraftFile, Wanted } from './draft.ts';
import { extendService } from './service-file.ts';

/** A long list of stores is named, the first one is shown whole. */
export function showFiles(files: readonly DraftFile[], wanted: Wanted): string {
  const stores = wanted.stores.map(({ name }) => name);
  const parts = files.flatMap((file) => {
    if (file.path.endsWith('.schema.json')) return [];
    if (file.isSecret)
      return [title(file), ...[...wanted.variables.keys()].map((name) => `${name}=****`)];
    const isFurtherStore = stores.slice(1).some((name) => file.path.endsWith(`${name}.yaml`));
    if (isFurtherStore) return [title(file)];
    const isAdded = file.path === 'ponbridge.yaml' && !file.isNew;
    const text = isAdded ? extendService('', wanted.entries, '') : file.text;
    return [title(file), text.trimEnd()];
  });
  return `\n${parts.join('\n')}\n`;
}

function title({ path, isNew }: DraftFile): string {
  return `--- ${path} (${isNew ? 'new' : 'extended'}) ---`;
}

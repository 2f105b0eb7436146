/** Order lines with the same goods' name whose SKU has a source. */
import type { Hint } from './hint.ts';

export interface NamedLine {
  readonly store: string;
  readonly sku: string;
  readonly name: string;
  readonly variation: string | undefined;
  readonly sources: Hint['sources'];
}

export interface Named {
  readonly store: string;
  readonly sku: string;
  readonly name: string;
  readonly variation: string | undefined;
}

/** Case and blanks do not count in a name. */
export function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, ' ');
}

/** A name alone does not tell size or colour: then it is only a guess. */
export function namedHints(subject: Named, lines: readonly NamedLine[]): Hint[] {
  const name = plainName(subject.name);
  if (name === '') return [];
  return lines
    .filter((line) => plainName(line.name) === name && line.sources.length > 0)
    .flatMap((line): Hint[] => {
      const ours = plainName(subject.variation ?? '');
      const theirs = plainName(line.variation ?? '');
      const where = `${line.store === subject.store ? '' : ` of ${line.store}`}`;
      if (ours !== theirs) {
        if (ours !== '' && theirs !== '') return [];
        const why = `the goods of SKU "${line.sku}"${where} have the same name; size and colour are not known`;
        return [{ kind: 'name', confidence: 'guess', sources: line.sources, why }];
      }
      const same =
        ours === '' ? 'the same name' : `the same name and variation "${line.variation}"`;
      return [
        {
          kind: 'name',
          confidence: ours === '' ? 'guess' : 'likely',
          sources: line.sources,
          why: `the goods of SKU "${line.sku}"${where} have ${same}`,
        },
      ];
    });
}

/** Words that inputs carry, so that what becomes of them can be seen. */

/** A sign of every kind that means something in HTML, between letters that no page of ours has. */
export const MARK = `fuzzz<fuzzz>fuzzz"fuzzz'fuzzz&fuzzz`;

/** Every made-up code and state begins so: no log line holds it. */
export const FORGED = 'forged0fuzz0';

/** Name of the header that inputs try to slip into the answer. */
export const SLIPPED = 'x-fuzz';

/** What of an input stands in an HTML page as more than text; undefined when nothing does. */
export function unescapedIn(page: string): string | undefined {
  const raw = /fuzzz[<>"']|fuzzz&fuzzz/.exec(page) ?? /<[^>]*fuzzz/.exec(page);
  if (raw) return raw[0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(page);
  return control ? `control character ${control[0].charCodeAt(0)}` : undefined;
}

/** What comes after the files are written, with the exact commands. */

/**
 * @param hasAddress whether a consent can come back by itself; then the service must run to take it
 * @param isFirst whether no service can run yet
 */
export function nextSteps(
  names: readonly string[],
  { hasAddress, isFirst }: { readonly hasAddress: boolean; readonly isFirst: boolean },
): string[] {
  const [only] = names;
  const store = names.length === 1 && only !== undefined ? only : '<store>';
  const start = ['start', 'the service, in a terminal of its own; it buys nothing yet'] as const;
  const steps = [
    ...(hasAddress ? [start] : []),
    [`connect ${store}${hasAddress ? '' : ' --paste'}`, "the seller's consent"],
    [`doctor ${store}`, 'is everything well? It only reads'],
    [`plan ${store} --since 7d --before-start`, 'what would be bought for the orders of a week'],
    ...(hasAddress ? [] : [start]),
    [`mode ${store} manual`, 'from now on each purchase waits for your yes'],
    ['approve <order>', 'the first purchase, supervised'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  return [
    'Next:',
    ...steps.map(
      ([command, what], index) => `  ${index + 1}. npx ponbridge ${command.padEnd(width)}  ${what}`,
    ),
    ...(isFirst
      ? []
      : ['A service that runs already takes the new files in with: npx ponbridge reload']),
    'The whole way, with what to enter in the consoles: docs/going-live.md',
  ];
}

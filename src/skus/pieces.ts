/** The same bytes, the first piece as long as it takes, or all there is. */
export async function* startingWith(
  enough: (start: Buffer) => boolean,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of source) {
    if (start === undefined) yield piece;
    else {
      start = Buffer.concat([start, piece]);
      if (!enough(start)) continue;
      yield start;
      start = undefined;
    }
  }
  if (start !== undefined && start.length > 0) yield start;
}

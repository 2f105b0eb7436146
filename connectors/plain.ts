/**
 * What a message from outside may name itself and its order by. A signature says who sent it, not that
 * its texts can be kept: PostgreSQL refuses NUL and halves of surrogate pairs, and its indexes take
 * about 2,700 bytes.
 * @module
 */

/** Far above every documented id, name of a message, and message id (64). */
const LONGEST = 200;

/** Text without control characters, well-formed, and of a length that can be indexed. */
export function isPlain(text: string): boolean {
  return text.length <= LONGEST && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

/** The hint as it is. @throws {Error} naming the field, not its value, that is not plain. */
export function plainHint<H extends object>(hint: H): H {
  for (const [name, value] of Object.entries(hint)) {
    if (typeof value === 'string' && !isPlain(value)) {
      throw new Error(
        `the ${name} of the message is no plain text of at most ${LONGEST} characters`,
      );
    }
  }
  return hint;
}

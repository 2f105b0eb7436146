/** Where a long answer goes: the terminal or a pipe, at the pace of whoever reads it. */

export interface Out {
  /** Writes text and waits until it is taken. */
  write(text: string): Promise<void>;
  /** The reader has gone (`| head`): nothing more needs to be read or planned. */
  readonly closed: boolean;
}

export function openOut(stream: NodeJS.WritableStream): Out {
  let closed = false;
  return {
    write(text) {
      if (closed) return Promise.resolve();
      return new Promise((resolve) => {
        stream.write(text, (error) => {
          closed = closed || Boolean(error);
          resolve();
        });
      });
    },
    get closed() {
      return closed;
    },
  };
}

export interface Progress {
  show(orders: number, reached: Date): void;
  /** Takes the line away, so that an answer can be printed in its place. */
  hide(): void;
}

/** Orders between two lines where they cannot be overwritten: in a file or a pipe. */
const EACH = 1_000;

export function openProgress(stream: NodeJS.WriteStream): Progress {
  let noted = 0;
  let shown = false;
  return {
    show(orders, reached) {
      const text = `${orders} orders planned, up to ${reached.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
      if (stream.isTTY) {
        stream.write(`\r\x1b[K${text}`);
        shown = true;
      } else if (orders - noted >= EACH) {
        noted = orders;
        stream.write(`${text}\n`);
      }
    },
    hide() {
      if (shown) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}

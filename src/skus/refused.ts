/** A file that cannot be read at all, so that nothing of it is taken. The message goes after its name. */
export class FileRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileRefused';
  }
}

/** Migrations in the order of their names; each is plain SQL, and none is changed once released. */
import { up as first } from './0001-first.ts';

export const migrations: Readonly<Record<string, string>> = {
  '0001-first': first,
};

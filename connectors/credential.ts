/** One value that a system's console gives to its customer, as the set-up asks for it. */
export interface Credential {
  /** Its key in the schema of the app or account. */
  readonly key: string;
  /** As the console calls it, and where there. */
  readonly title: string;
  /** A secret is typed unseen. */
  readonly secret: boolean;
  /** Known values to choose from. One with choices is no secret and stands in the settings file. */
  readonly choices?: readonly { readonly value: string; readonly title: string }[];
  /** Needed only where pushes are received: their `address`, which follows from the public one, or their `key`. */
  readonly forPushes?: 'address' | 'key';
}

/** The types of bootstrap.js, which cannot be TypeScript itself: it runs on Nodes that know none. */
export declare const ROOT: string;

export type Decision =
  | { readonly kind: 'run' }
  | { readonly kind: 'switch'; readonly node: string }
  | { readonly kind: 'refuse'; readonly message: string };

export declare function isFit(version: string): boolean;
export declare function nodePackageFor(platform: string, arch: string): string | undefined;
export declare function decide(machine: {
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
  readonly root: string;
}): Decision;
export declare function findPackage(from: string, name: string): string | undefined;
export declare function readManifest(folder: string): Readonly<Record<string, unknown>>;
export declare function withFitNode(start: () => unknown): Promise<void>;
export declare function refuse(message: string): void;

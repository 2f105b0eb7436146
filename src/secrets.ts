/**
 * Encryption at rest: JWE (RFC 7516) with a direct AES-256-GCM key, the key's id in the header, so that
 * keys can be rotated: the first key seals, every key opens.
 * @module
 */
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

export interface SecretBox {
  seal(value: unknown): Promise<string>;
  /** @throws {Error} naming the key id when no key given opens the text. */
  open<T>(sealed: string): Promise<T>;
}

/**
 * @param keys `id:base64` of 32 bytes each, comma-separated; the first one seals.
 * @throws {Error} saying what is wrong with which key, never the key.
 */
export function createSecretBox(keys: string): SecretBox {
  const byId = new Map<string, Uint8Array>();
  for (const entry of keys.split(',')) {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, colon).trim();
    const bytes = Buffer.from(entry.slice(colon + 1).trim(), 'base64');
    if (colon < 1) throw new Error('an encryption key is written id:base64, e.g. "k1:…"');
    if (bytes.length !== 32) {
      throw new Error(
        `encryption key "${id}" has ${bytes.length} bytes; it needs 32 (openssl rand -base64 32)`,
      );
    }
    if (byId.has(id))
      throw new Error(`encryption key "${id}" is given twice; each needs its own id`);
    byId.set(id, new Uint8Array(bytes));
  }
  const [first] = byId;
  if (!first) throw new Error('no encryption key given');
  const [sealId, sealKey] = first;

  return {
    async seal(value) {
      return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: sealId })
        .encrypt(sealKey);
    },
    async open<T>(sealed: string) {
      const { kid } = decodeProtectedHeader(sealed);
      const key = byId.get(String(kid));
      if (!key) throw new Error(`sealed with encryption key "${String(kid)}", which is not given`);
      const { plaintext } = await compactDecrypt(sealed, key);
      return JSON.parse(new TextDecoder().decode(plaintext)) as T;
    },
  };
}

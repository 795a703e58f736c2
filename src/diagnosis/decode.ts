/** Bytes as text. The folder has no types of a host: this is all that it takes of one. */

declare const TextDecoder: new (encoding: string) => { decode(bytes: Uint8Array): string };

/** Bytes that are no character become U+FFFD. */
export function decoded(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' = 'utf-8'): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** What gzip made smaller, as it was: captures and logs are often kept so. */

/** `DecompressionStream`, as far as it is used: both hosts have one. */
interface Unpacker {
  writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };
  readable: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array }>; cancel(): Promise<void> } };
}

/**
 * @param most bytes that are unpacked: a small file may hold very many
 * @returns the bytes as they are where gzip did not write them; of a file that is cut or spoilt what comes before that
 */
export async function unpacked(bytes: Uint8Array, most: number, unpacker: () => Unpacker): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const { writable, readable } = unpacker();
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  const ignored = (): void => undefined;
  writer
    .write(bytes)
    .then(() => writer.close())
    .catch(ignored);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done && next.value && length < most; next = await reader.read()) {
      const piece = next.value.subarray(0, most - length);
      pieces.push(piece);
      length += piece.length;
    }
  } catch {
    // What came before it is shown; the reader of captures says that the file is cut.
  }
  await reader.cancel().catch(ignored);
  return length === 0 ? bytes : joined(pieces, length);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

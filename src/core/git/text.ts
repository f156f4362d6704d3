/**
 * Text of an object as UTF-8, whatever its `encoding` header says: encodings such as UTF-7 hide text from whoever
 * reads the bytes, and everything that is judged is ASCII. Bytes that are no UTF-8 become U+FFFD.
 */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The first bytes of a body. */
export interface BodyHead {
  readonly chunks: readonly Uint8Array[];
  /** Whether the body ends with them. */
  readonly isWholeBody: boolean;
}

/** Reads at least `bytes` bytes, or the whole body if it is shorter. */
export async function readBodyHead(body: AsyncIterator<Uint8Array>, bytes: number): Promise<BodyHead> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < bytes;) {
    const { done, value } = await body.next();
    if (done) {
      return { chunks, isWholeBody: true };
    }
    chunks.push(value);
    size += value.length;
  }
  return { chunks, isWholeBody: false };
}

/** The whole body again: its head, then the rest. */
export async function* bodyFrom({ chunks }: BodyHead, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** How a body begins. */
export interface Head {
  readonly chunks: readonly Uint8Array[];
  /** Whether the body ended with them. */
  readonly isAll: boolean;
}

/** Reads on until there are so many bytes, or the body ends. */
export async function readHead(body: AsyncIterator<Uint8Array>, bytes: number): Promise<Head> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < bytes;) {
    const { done, value } = await body.next();
    if (done) {
      return { chunks, isAll: true };
    }
    chunks.push(value);
    size += value.length;
  }
  return { chunks, isAll: false };
}

/** The whole body again: its head, and then what has not been read yet. */
export async function* withHead({ chunks }: Head, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

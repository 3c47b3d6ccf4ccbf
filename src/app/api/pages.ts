/** A page of a list, and the cursor of the next one. */
interface Page {
  readonly items: readonly unknown[];
  readonly next?: string;
}

/** Maximum page size of the sidecar. */
const PAGE = 500;

/** Fetches all pages of a list. Other fields of the answer are those of the first page. Throws SidecarFailure. */
export async function fetchAllPages<P extends Page>(
  read: (params: { limit: number; cursor?: string }) => Promise<P>
): Promise<Omit<P, 'next'>> {
  const { next, ...first } = await read({ limit: PAGE });
  const items = [...first.items];
  for (let cursor = next; cursor !== undefined;) {
    const page = await read({ limit: PAGE, cursor });
    page.items.forEach((item) => items.push(item));
    cursor = page.next;
  }
  return { ...first, items };
}

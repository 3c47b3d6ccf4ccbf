/** What the sidecar answers of a list: some of it, and where the next of it begins. */
interface Page {
  readonly items: readonly unknown[];
  readonly next?: string;
}

/** The most that the sidecar gives at once. */
const PAGE = 500;

/** All of a list, whatever pages it comes in; what else its answers say, as the first of them says it. Throws SidecarFailure. */
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

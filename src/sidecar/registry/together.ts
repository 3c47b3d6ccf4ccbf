/**
 * Gathers what one turn of the event loop brings, and sends it at its end: a message to another thread costs more than
 * its content. `buffer`: memory that moves with the item.
 */
export function together<T>(
  send: (items: readonly T[], buffers: ArrayBuffer[]) => void
): (item: T, buffer?: ArrayBuffer) => void {
  let items: T[] = [];
  let buffers: ArrayBuffer[] = [];
  return (item, buffer) => {
    if (buffer) {
      buffers.push(buffer);
    }
    if (items.push(item) === 1) {
      setImmediate(() => {
        const [all, moved] = [items, buffers];
        [items, buffers] = [[], []];
        send(all, moved);
      });
    }
  };
}

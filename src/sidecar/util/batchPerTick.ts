/** Items are sent at once when their buffers reach this many bytes. */
const BYTES_AT_ONCE = 512 * 1024;

/**
 * Collects the items of one turn of the event loop and sends them together at its end: a message to another thread costs more
 * than its content. `buffer`: the item's memory, which counts towards the limit and which `send` may transfer.
 */
export function batchPerTick<T>(
  send: (items: readonly T[], buffers: ArrayBuffer[]) => void
): (item: T, buffer?: ArrayBuffer) => void {
  let items: T[] = [];
  let buffers: ArrayBuffer[] = [];
  let bytes = 0;
  const flush = () => {
    if (items.length > 0) {
      const [all, memory] = [items, buffers];
      [items, buffers, bytes] = [[], [], 0];
      send(all, memory);
    }
  };
  return (item, buffer) => {
    if (items.push(item) === 1) {
      setImmediate(flush);
    }
    if (buffer) {
      buffers.push(buffer);
      bytes += buffer.byteLength;
    }
    if (bytes >= BYTES_AT_ONCE) {
      flush();
    }
  };
}

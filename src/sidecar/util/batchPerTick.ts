/** Bytes that go at once: they must not come together before a thread that is busy. */
const BYTES_AT_ONCE = 512 * 1024;

/**
 * Gathers what one turn of the event loop brings, and sends it at its end: a message to another thread costs more than
 * its content. `buffer`: the item's memory, by which it is seen how much there is to send; `send` may move it.
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

/**
 * jsdom lays nothing out. Gives text and elements some size, for each test of a file, and lets drawers watch it: Grafana's
 * comboboxes show their options then.
 */
export function layoutForTests(): void {
  beforeEach(() => {
    const context = { measureText: (text: string) => ({ width: text.length * 8 }) };
    jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
    jest
      .spyOn(Element.prototype, 'getBoundingClientRect')
      .mockReturnValue({ width: 120, height: 120, top: 0, left: 0, bottom: 0, right: 0 } as DOMRect);
  });
  beforeAll(() => {
    const watcher = class {
      observe() {}
      unobserve() {}
      disconnect() {}
    };
    Object.assign(window, { ResizeObserver: watcher, IntersectionObserver: watcher });
  });
  afterEach(() => jest.restoreAllMocks());
}

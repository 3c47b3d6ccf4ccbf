/**
 * jsdom lays nothing out. Gives text and elements some size, for each test of a file: Grafana's comboboxes show their options
 * then.
 */
export function layoutForTests(): void {
  beforeEach(() => {
    const context = { measureText: (text: string) => ({ width: text.length * 8 }) };
    jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
    jest
      .spyOn(Element.prototype, 'getBoundingClientRect')
      .mockReturnValue({ width: 120, height: 120, top: 0, left: 0, bottom: 0, right: 0 } as DOMRect);
  });
  afterEach(() => jest.restoreAllMocks());
}

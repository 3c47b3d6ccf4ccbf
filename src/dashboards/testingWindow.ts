/** What @grafana/data looks for when it is loaded: to be imported before it, by tests that have no browser. */
Object.assign(globalThis, { window: { addEventListener: () => undefined } });

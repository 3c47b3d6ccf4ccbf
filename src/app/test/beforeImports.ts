/**
 * Runs before a test file imports anything. Two packages look at their own stack when they are loaded, i18next to print an
 * advertisement and Prism to find its script, and jest then reads the source maps of Grafana's packages, for seconds.
 */
Object.assign(globalThis, { __i18next_supportNoticeShown: true });

const script = document.createElement('script');
script.dataset.manual = '';
Object.defineProperty(document, 'currentScript', { value: script, configurable: true });

/** What the bundle runs when it is started as a thread: re-exported because main.ts composes the CLI only. */
export { runRegistryThread } from '../registry/registry';

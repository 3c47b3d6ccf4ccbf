/** jest's global tear-down: stops what `sharedServices.ts` has started. */
export { stop as default } from './sharedServices';

import { VPC_FIELDS } from './fields';
import { isFieldRead } from './rules';

/**
 * The fields that a flow log for Flowscope should have, in AWS's order: all that change what is stored, and no others, since AWS
 * charges for what it delivers.
 */
export const RECOMMENDED_FIELDS: readonly string[] = VPC_FIELDS.map(({ name }) => name).filter(isFieldRead);

import { z } from 'zod';
import { nameByPeople, pageOf, time } from './common';

/** A CIDR, as in 10.0.0.0/8 or 2001:db8::/32. */
const cidr = z.string().min(1, 'must not be empty').max(64, 'must have at most 64 characters');

/** A CIDR that people have given a name. */
export const network = z.object({ cidr, name: nameByPeople, added: time });
export const networkInput = z.strictObject({ cidr, name: nameByPeople });
export const networkPage = pageOf(network);
export const networkQuery = z.object({ cidr });

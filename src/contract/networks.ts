import { z } from 'zod';
import { readCidr } from './cidr';
import { nameByPeople, oneLine, pageOf, time, version } from './common';

/** A CIDR, as in 10.0.0.0/8 or 2001:db8::/32. */
const cidr = z
  .string()
  .max(64, 'must have at most 64 characters')
  .superRefine((typed, { addIssue }) => {
    const read = readCidr(typed);
    if ('problem' in read) {
      addIssue({ code: 'custom', message: read.problem });
    }
  });

const note = oneLine(200);

/** A CIDR that people have given a name. `note`: what they want to remember of it; empty where there is nothing. */
export const network = z.object({ cidr: z.string(), name: nameByPeople, note, added: time, version });
export const networkInput = z.strictObject({ cidr, name: nameByPeople, note: note.default('') });
export type NetworkInput = z.input<typeof networkInput>;
/** Another name or note for the network of that CIDR; it does not become another network. */
export const networkChange = networkInput;
export const networkPage = pageOf(network);
export const networkQuery = z.object({ cidr });

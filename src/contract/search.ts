import { z } from 'zod';
import { oneLine, time } from './common';
import { ENTITY_KINDS } from './stored';

export const searchQuery = z.strictObject({
  /** A name, id, address or CIDR, or a part of one. */
  q: oneLine(200).min(1, 'must not be empty'),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});

/** An interface that has or had an address: from `since` to `until`; without `until` it still has. */
const owner = z.object({
  interface: z.string(),
  name: z.string().optional(),
  /** '-' for a public address, which is the same in every VPC. */
  vpc: z.string(),
  vpcName: z.string().optional(),
  /** The prefix that the address is in, where that and not the address alone is the interface's. */
  prefix: z.string().optional(),
  since: time,
  until: time.optional(),
});

/** What was found. Ids are '-' where it belongs to none or none is known; names are missing where nobody gave one. */
export const searchMatch = z.object({
  kind: z.enum(ENTITY_KINDS),
  /** As reports filter by it: of addresses `10.0.1.5` anywhere, `vpc-0a1…/10.0.1.5` in one VPC. */
  id: z.string(),
  name: z.string().optional(),
  account: z.string(),
  accountName: z.string().optional(),
  vpc: z.string(),
  vpcName: z.string().optional(),
  instance: z.string(),
  /** Of addresses: who has it, then who had it in the last week, the newest first. */
  owners: z.array(owner).optional(),
});
export type SearchMatch = z.infer<typeof searchMatch>;

/** The best matches first. */
export const searchAnswer = z.object({
  matches: z.array(searchMatch),
  /** Whether there are more than these. */
  more: z.boolean(),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;

import type { Report } from './report';
import type { Bench } from './tools';
export async function small(_: Bench): Promise<Report> {
  throw new Error('x');
}

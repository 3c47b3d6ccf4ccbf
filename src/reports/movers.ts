/** The dashboard that compares the range with the same time some days ago. */
export const MOVERS = {
  title: 'Movers',
  question: 'What changed against the same time yesterday, or last week?',
  uid: 'flowscope-movers',
} as const;

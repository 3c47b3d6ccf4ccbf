/** The dashboard of one host. */
export const HOST = {
  title: 'Host',
  question: 'Who is this interface, instance or address, and whom does it talk to?',
  uid: 'flowscope-host',
} as const;

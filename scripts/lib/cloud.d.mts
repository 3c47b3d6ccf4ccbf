/** The role through which an account in moto is read. */
export function roleArn(accountId: string): string;

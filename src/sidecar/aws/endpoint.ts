import type { S3Client } from '@aws-sdk/client-s3';

/** The part of a request of the SDK that says where it goes. */
interface Target {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/** A call of any client of the AWS SDK. */
type Command = Pick<S3Client, 'middlewareStack'>;

/** Where a client would send a command, which is not sent. Throws the SDK's error when there is no such endpoint. */
export async function endpointOf(client: unknown, command: unknown): Promise<URL> {
  let target: Target | undefined;
  (command as Command).middlewareStack.add(
    () => (args) => {
      target = args.request as Target;
      return Promise.resolve({ output: {} as never, response: {} });
    },
    // Once the endpoint is known, before credentials are looked for.
    { step: 'build', priority: 'high', name: 'flowscopeEndpoint' }
  );
  await (client as { send: (command: unknown) => Promise<unknown> }).send(command);
  const { protocol, hostname, port } = target!;
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
}

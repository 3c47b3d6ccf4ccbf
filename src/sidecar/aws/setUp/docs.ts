import { SET_UP_SCOPES, type FlowLogSetUp, type SetUpScope, type SetUpStep } from '../../../contract/flowLogSetUp';
import { cloudFormation } from './cloudFormation';
import { fileNames, setUpWays } from './setUp';
import { terraform } from './terraform';

const SCOPES: Readonly<Record<SetUpScope, readonly [title: string, text: string]>> = {
  account: [
    'One account',
    'A bucket with its policy, a queue that it notifies, a role with what collecting and names need, and flow logs with all fields that Flowscope reads, over a minute.',
  ],
  organization: [
    'An organization',
    'The same in one account, and a policy that lets AWS deliver the flow logs of all accounts of the organization, known by its id (`aws:SourceOrgID`). Then flow logs in each account and region.',
  ],
  'flow-log': [
    'Flow logs into a bucket that is there',
    'For VPCs of another region, or to replace a flow log that lacks fields: a flow log cannot be edited, so make this one, then delete the other.',
  ],
};

const INTRODUCTION = `# Flow logs for Flowscope, made in one step

These files make in AWS what Flowscope collects from. The drawer _Create a flow log_ on the tab S3 sources shows the same for your own
bucket, prefix and region, to copy. All of it is written by \`npm run generate:aws\`, from the tables that the sidecar reads flow logs and
writes its policies by; do not edit it.

Below, put your own names in place of \`my-flow-logs\`, \`eu-west-1\` and the ids of VPCs. ARNs begin with the partition of where you are:
CloudFormation and Terraform know it by themselves (\`aws\`, \`aws-cn\`, \`aws-us-gov\`).

- **Who takes the role on.** Whoever the account allows \`sts:AssumeRole\` on it. If the sidecar runs on an instance with a role of its own,
  allow that role this; if it has an access key, its user. In the source, enter the ARN of the role under _Access_.
- **A role is not needed** where the sidecar signs in as somebody of the same account: attach both policies there instead.
- **The bucket is kept** when the stack is deleted: what is in it may not be stored yet.
- **Fields.** Where AWS refuses one of them as unknown, as a partition may that gets new ones later, leave it out (\`LogFormat\`,
  \`log_format\`). Without \`log-status\` nothing is collected; [what the others are for](../collection.md#flow-logs-that-are-read).
- **Names of other accounts.** Each account whose entities are to have names needs the policy that the tab _Descriptions_ shows under _Permissions_.

Once it is there, add the source with its bucket, region, role and queue: \`flowscope source add production --bucket my-flow-logs --region
eu-west-1 --role-arn ROLE --queue-url QUEUE\`, and test it with \`flowscope test production\`. The first objects come after 10 to 15 minutes.
`;

/** The files of docs/aws, by name. */
export function docsFiles(): Map<string, string> {
  const files = SET_UP_SCOPES.flatMap((scope): Array<[string, string]> => {
    const setUp: FlowLogSetUp = { scope, bucket: '', prefix: '', region: '', queue: true };
    const names = fileNames(setUp);
    return [
      [names.cloudFormation, cloudFormation(setUp)],
      [names.terraform, terraform(setUp)],
    ];
  });
  return new Map([...files, ['README.md', [INTRODUCTION, ...SET_UP_SCOPES.map(chapter)].join('\n')]]);
}

function chapter(scope: SetUpScope): string {
  const ways = setUpWays({ scope, bucket: 'my-flow-logs', prefix: '', region: 'eu-west-1', queue: true });
  const [title, text] = SCOPES[scope];
  const sections = ways.map(
    ({ id, title: way, steps }) =>
      `### ${title}: ${way}\n\n${steps.map((step, at) => `${at + 1}. ${paragraph(step, id === 'awsCli' ? 'sh' : '')}`).join('\n')}\n`
  );
  return [`## ${title}\n\n${text}\n`, ...sections].join('\n');
}

function paragraph({ text, code, file }: SetUpStep, language: string): string {
  if (file !== undefined) {
    return `${text.replace(/, to be saved.*/, '')}: [${file}](${file}).`;
  }
  if (code === undefined) {
    return text;
  }
  const kind = language || (code.startsWith('{') ? 'json' : /^(aws|terraform) /.test(code) ? 'sh' : 'text');
  const indented = code.trimEnd().replace(/^(?=.)/gm, '   ');
  return `${text}\n\n   \`\`\`${kind}\n${indented}\n   \`\`\`\n`;
}

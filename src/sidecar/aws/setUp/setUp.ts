import type { FlowLogSetUp, SetUpStep, SetUpWay } from '../../../contract/flowLogSetUp';
import { shell } from '../policyForms';
import { cloudFormation } from './cloudFormation';
import { bucketCommands, flowLogCommands } from './commands';
import { consoleSteps } from './consoleSteps';
import { terraform } from './terraform';

/** Where the files of a scope are, below docs/aws/. */
export const fileNames = ({ scope }: Pick<FlowLogSetUp, 'scope'>) => ({
  cloudFormation: `cloudformation/${scope}.yaml`,
  terraform: `terraform/${scope}/main.tf`,
});

/** All ways to make what flow logs need in AWS: each makes the same. */
export function setUpWays(setUp: FlowLogSetUp): SetUpWay[] {
  const flowLogOnly: FlowLogSetUp = { ...setUp, scope: 'flow-log' };
  const isForOrganization = setUp.scope === 'organization';
  return [
    { id: 'console', title: 'Console', steps: consoleSteps(setUp) },
    {
      id: 'awsCli',
      title: 'AWS CLI',
      steps: [
        ...(setUp.scope === 'flow-log'
          ? []
          : [
              {
                text: `The bucket and what belongs to it${isForOrganization ? ', in the account that is to have it' : ''}. Save it as a script, and run it with sh.`,
                code: bucketCommands(setUp),
              },
            ]),
        {
          text: isForOrganization
            ? 'Flow logs of all VPCs, in each account and region: with its credentials, and its region in place of this one.'
            : 'Flow logs of all VPCs of this region. For another region, put it in place of this one.',
          code: flowLogCommands(setUp),
        },
      ],
    },
    {
      id: 'cloudFormation',
      title: 'CloudFormation',
      steps: [
        template(setUp),
        { text: DEPLOY[setUp.scope], code: deployCommand(setUp) },
        ...(isForOrganization ? [template(flowLogOnly), ...stackSet(setUp)] : []),
      ],
    },
    {
      id: 'terraform',
      title: 'Terraform',
      steps: [
        configuration(setUp),
        { text: 'In its folder.', code: applyCommand(setUp) },
        ...(isForOrganization
          ? [
              configuration(flowLogOnly),
              {
                text: 'In its folder, with the credentials of each account, and a state of its own for each account and region.',
                code: applyCommand(flowLogOnly),
              },
            ]
          : []),
      ],
    },
  ];
}

const DEPLOY: Readonly<Record<FlowLogSetUp['scope'], string>> = {
  account:
    'Create the stack, with the ids of your VPCs: up to Vpc5. The output of the stack has what the source is added with.',
  organization: 'Create the stack in the account that is to have the bucket.',
  'flow-log': 'Create the stack in the account and region of the VPCs, with their ids: up to Vpc5.',
};

const STACKS: Readonly<Record<FlowLogSetUp['scope'], string>> = {
  account: 'flowscope',
  organization: 'flowscope',
  'flow-log': 'flowscope-flow-logs',
};

const baseName = (path: string) => path.split('/').at(-1)!;

function template(setUp: FlowLogSetUp): SetUpStep {
  const file = fileNames(setUp).cloudFormation;
  return { text: `The template, to be saved as ${baseName(file)}.`, code: cloudFormation(setUp, setUp), file };
}

function configuration(setUp: FlowLogSetUp): SetUpStep {
  const file = fileNames(setUp).terraform;
  return {
    text: 'The configuration, to be saved as main.tf in a folder of its own.',
    code: terraform(setUp, setUp),
    file,
  };
}

function deployCommand(setUp: FlowLogSetUp): string {
  const { scope, bucket, region } = setUp;
  const parameters = [
    `BucketName=${shell(bucket)}`,
    scope === 'organization'
      ? 'OrganizationId="$(aws organizations describe-organization --query Organization.Id --output text)"'
      : 'Vpc1=vpc-0123456789abcdef0',
  ];
  const capabilities = scope === 'flow-log' ? '' : ' --capabilities CAPABILITY_IAM';
  return (
    `aws cloudformation deploy --region ${region} --stack-name ${STACKS[scope]} --template-file ${baseName(fileNames(setUp).cloudFormation)}${capabilities} --parameter-overrides ${parameters.join(' ')}\n` +
    (scope === 'flow-log'
      ? ''
      : `aws cloudformation describe-stacks --region ${region} --stack-name ${STACKS[scope]} --query 'Stacks[0].Outputs' --output table\n`)
  );
}

/** Source: "create-stack-set" and "create-stack-instances", AWS CLI command reference. */
function stackSet({ bucket, region }: FlowLogSetUp): SetUpStep[] {
  const set = `--region ${region} --stack-set-name ${STACKS['flow-log']}`;
  return [
    {
      text: "A stack set of it, in the organization's management account.",
      code: `aws cloudformation create-stack-set ${set} --template-body file://flow-log.yaml --permission-model SERVICE_MANAGED --auto-deployment Enabled=false --parameters ParameterKey=BucketName,ParameterValue=${bucket} ParameterKey=Vpc1,ParameterValue=vpc-0123456789abcdef0\n`,
    },
    {
      text: 'Then a stack for each account and region, with the ids of its VPCs: ou-… is the unit that the account is in.',
      code: `aws cloudformation create-stack-instances ${set} --regions ${region} --deployment-targets OrganizationalUnitIds=ou-exam-pleunit1,Accounts=111122223333,AccountFilterType=INTERSECTION --parameter-overrides ParameterKey=Vpc1,ParameterValue=vpc-0123456789abcdef0\n`,
    },
  ];
}

function applyCommand({ bucket, region }: FlowLogSetUp): string {
  return `terraform init\nterraform apply -var bucket_name=${shell(bucket)} -var region=${region}\n`;
}

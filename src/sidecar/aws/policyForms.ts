import type { PolicyDocument } from '../../contract/policies';

/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal?: { readonly AWS: string } | { readonly Service: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The document of an IAM policy. */
export function policyOf(statements: readonly Statement[]) {
  return { Version: '2012-10-17', Statement: statements };
}

interface Draft extends Pick<PolicyDocument, 'id' | 'title' | 'use'> {
  readonly kind: 'policy' | 'trust' | 'bucket';
  /** Of the policy, the role or the bucket. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** Each kind of policy as Terraform and as a command; `json` is quoted for it already. */
const FORMS: Readonly<
  Record<
    Draft['kind'],
    { terraform: (name: string, hcl: string) => string; awsCli: (name: string, json: string) => string }
  >
> = {
  policy: {
    terraform: (name, hcl) =>
      `resource "aws_iam_policy" "${label(name)}" {\n  name   = ${hclText(name)}\n  policy = ${hcl}\n}\n`,
    awsCli: (name, json) => `aws iam create-policy --policy-name ${shell(name)} --policy-document ${json}\n`,
  },
  trust: {
    terraform: (name, hcl) =>
      `resource "aws_iam_role" "${label(name)}" {\n  name               = ${hclText(name)}\n  assume_role_policy = ${hcl}\n}\n`,
    awsCli: (name, json) => `aws iam update-assume-role-policy --role-name ${shell(name)} --policy-document ${json}\n`,
  },
  bucket: {
    terraform: (name, hcl) =>
      `# A bucket has one policy: merge these statements into the one it has.\n` +
      `resource "aws_s3_bucket_policy" "${label(name)}" {\n  bucket = ${hclText(name)}\n  policy = ${hcl}\n}\n`,
    awsCli: (name, json) =>
      `# A bucket has one policy, and this replaces it: merge what get-bucket-policy shows first.\n` +
      `aws s3api put-bucket-policy --bucket ${shell(name)} --policy ${json}\n`,
  },
};

/** A policy in all forms. */
export function inForms({ id, title, use, kind, name, statements }: Draft): PolicyDocument {
  const json = JSON.stringify(policyOf(statements), undefined, 2);
  const { terraform, awsCli } = FORMS[kind];
  return {
    ...{ id, title, use, json },
    terraform: terraform(name, `jsonencode(${hclTemplate(json).replaceAll('\n', '\n  ')})`),
    awsCli: awsCli(name, shell(json)),
  };
}

/** A Terraform name: it begins with a letter, and has no dots. */
function label(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^(?=[^A-Za-z_])/, '_');
}

/** A text as HCL: nothing in it begins a template. */
export function hclText(text: string): string {
  return hclTemplate(JSON.stringify(text));
}

/** JSON is HCL but for the beginnings of templates. */
export function hclTemplate(json: string): string {
  return json.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** A text as one word of a shell. */
export function shell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

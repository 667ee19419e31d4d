// Writes sdk/typescript/meter-api.d.ts anew from openapi.yaml, or the file that is named. A test holds the two together.
// A workspace of its own, because openapi-typescript needs a TypeScript with a JavaScript API, and 7.0 has none.
import { writeFileSync } from 'node:fs';
import openapiTypeScript, { astToString } from 'openapi-typescript';

const root = new URL('../../', import.meta.url);
const [target = new URL('sdk/typescript/meter-api.d.ts', root)] = process.argv.slice(2);

const types = await openapiTypeScript(new URL('openapi/openapi.yaml', root), { immutable: true, alphabetize: false });
writeFileSync(
  target,
  `// Made from openapi/openapi.yaml by scripts/generate-sdk, not by hand.\n\n${astToString(types)}`,
);

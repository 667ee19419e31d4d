// Writes openapi/openapi.json anew from openapi.yaml, for programs that read JSON: the service itself is one, since to read
// YAML costs it 30 MB. A test holds the two together.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const folder = new URL('../openapi/', import.meta.url);
const api = parse(readFileSync(new URL('openapi.yaml', folder), 'utf8'));
writeFileSync(new URL('openapi.json', folder), `${JSON.stringify(api, null, 1)}\n`);

import {
  type ApiDescription,
  type Content,
  type Example,
  type Operation,
  type Parameter,
  type PathItem,
  type Reference,
  type Response,
  resolve,
  SHOWN_VERBS,
  type Verb,
} from './api-description.ts';
import { html, type Markup, nothing } from './markup.ts';
import { inline, prose } from './prose.ts';

/** What the page links to: files that are served beside it. */
export interface LinkedFile {
  readonly path: string;
  readonly title: string;
}

/** One row of the table of problems. */
export interface ShownProblem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly mend: string;
}

interface Shown {
  readonly verb: Verb;
  readonly path: string;
  readonly item: PathItem;
  readonly operation: Operation;
}

/** Writes the page that shows the description to people. It has no script, and nothing from elsewhere. */
export function apiDocument(
  api: ApiDescription,
  files: readonly LinkedFile[],
  problems: readonly ShownProblem[],
): string {
  const { title, version, summary, description } = api.info;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} API</title>
<link rel="stylesheet" href="api.css">
</head>
<body>
<header><h1>${title} <small>${version}</small></h1><p>${inline(summary)}</p></header>
<main>
<section class="about">${prose(description)}${fileList(files)}</section>
${api.tags.map((tag) => tagSection(api, tag))}
${securitySection(api)}
${problemSection(problems)}
${schemaSection(api)}
</main>
</body>
</html>
`;
  return page.text;
}

const fileList = (files: readonly LinkedFile[]): Markup =>
  html`<ul class="files">${files.map(({ path, title }) => html`<li><a href="${path}">${path}</a> ${title}</li>`)}</ul>`;

function tagSection(api: ApiDescription, { name, description }: ApiDescription['tags'][number]): Markup {
  const shown = operationsOf(api).filter(({ operation }) => operation.tags.includes(name));
  return html`<section id="${name}"><h2>${name}</h2><p>${inline(description)}</p>${shown.map((each) => operationOf(api, each))}</section>
`;
}

const operationsOf = ({ paths }: ApiDescription): readonly Shown[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    SHOWN_VERBS.flatMap((verb) => {
      const operation = item[verb];
      return operation === undefined ? [] : [{ verb, path, item, operation }];
    }),
  );

function operationOf(api: ApiDescription, { verb, path, item, operation }: Shown): Markup {
  const { operationId, summary, description = '', requestBody, responses } = operation;
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
  return html`<details id="${operationId}" class="operation">
<summary><span class="verb ${verb}">${verb.toUpperCase()}</span> <code class="path">${path}</code> <span>${inline(summary)}</span></summary>
${description === '' ? nothing : prose(description)}
${parameterTable(parameters.map((reference) => resolve(api, reference)))}
${requestBody === undefined ? nothing : bodyOf(resolve(api, requestBody))}
${responseTable(api, responses)}
</details>
`;
}

function parameterTable(parameters: readonly Parameter[]): Markup {
  if (parameters.length === 0) return nothing;
  const rows = parameters.map((parameter) => {
    const [example = ''] = parameter.schema.examples ?? [];
    return html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}</td><td>${inline(parameter.description)}</td><td><code>${example}</code></td></tr>`;
  });
  return html`<h3>Parameters</h3><table><thead><tr><th>name</th><th>in</th><th>what it says</th><th>example</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const bodyOf = ({ description, content = {} }: Response): Markup =>
  html`<h3>Body</h3>${prose(description)}${contentOf(content)}`;

function responseTable(api: ApiDescription, responses: Readonly<Record<string, Reference<Response>>>): Markup {
  const rows = Object.entries(responses).map(([status, reference]) => {
    const { description, headers = {}, content = {} } = resolve(api, reference);
    const isProblem = reference.$ref.endsWith('Problem');
    return html`<tr><td>${status}</td><td>${prose(description)}${headerLine(headers)}${isProblem ? nothing : contentOf(content)}</td></tr>`;
  });
  return html`<h3>Answers</h3><table><thead><tr><th>status</th><th>what it means</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function headerLine(headers: Readonly<Record<string, unknown>>): Markup {
  const names = Object.keys(headers);
  if (names.length === 0) return nothing;
  return html`<p class="headers">${names.map((name) => html`<code>${name}</code> `)}</p>`;
}

/** Each media type once; types that share their examples show them once. */
function contentOf(content: Content): Markup {
  const types = Object.keys(content);
  if (types.length === 0) return nothing;
  const examples = new Map<string, Example>();
  for (const { examples: own = {} } of Object.values(content)) {
    for (const example of Object.values(own)) examples.set(textOf(example), example);
  }
  return html`<p class="types">${types.map((type) => html`<code>${type}</code> `)}</p>${[...examples.values()].map(exampleOf)}`;
}

const exampleOf = (example: Example): Markup =>
  example.externalValue === undefined
    ? html`<figure><figcaption>${inline(example.summary)}</figcaption><pre>${textOf(example)}</pre></figure>`
    : html`<p class="example"><a href="${example.externalValue}">${example.externalValue}</a> ${inline(example.summary)}</p>`;

const textOf = ({ value, externalValue }: Example): string =>
  externalValue ?? (typeof value === 'string' ? value : JSON.stringify(value, undefined, 2));

function securitySection({ components }: ApiDescription): Markup {
  const schemes = Object.entries(components.securitySchemes).map(
    ([name, { description }]) => html`<h3>${name}</h3>${prose(description)}`,
  );
  return html`<section id="security"><h2>security</h2>${schemes}</section>`;
}

function problemSection(problems: readonly ShownProblem[]): Markup {
  const rows = problems.map(
    ({ code, status, title, mend }) =>
      html`<tr><td><code>${code}</code></td><td>${status}</td><td>${title}</td><td>${mend}</td></tr>`,
  );
  return html`<section id="problems"><h2>problems</h2><table><thead><tr><th>code</th><th>status</th><th>what it means</th><th>what to do</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function schemaSection({ components }: ApiDescription): Markup {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      html`<details id="${name}"><summary><code>${name}</code> ${inline(schema.description ?? '')}</summary><pre>${JSON.stringify(schema, undefined, 2)}</pre></details>`,
  );
  return html`<section id="schemas"><h2>schemas</h2>${schemas}</section>`;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { readCanonical } from '#representation/canonical-reader.ts';
import { readTree } from '#representation/tree-reader.ts';
import { writeTree } from '#representation/tree-xml.ts';
import { everyTarget, exampleTree } from './every-target.ts';

const read = (xml: string) => readTree(readCanonical(utf8(xml)));

test('every answer is read as the tree that it was written from', () => {
  for (const target of everyTarget) {
    const tree = exampleTree(target);
    assert.deepEqual(read(writeTree(tree)), tree, target);
  }
});

const COR = 'xmlns="urn:k461-dke-de:cor-1"';
const COD = 'xmlns="urn:k461-dke-de:cod-1"';

const REFUSED: Readonly<Record<string, string>> = {
  'element-unknown': `<meter ${COR}></meter>`,
  'namespace-missing': '<cosem></cosem>',
  'namespace-of-values': `<cosem ${COD}></cosem>`,
  'containers-before-devices': `<cosem ${COR}><containers count="0"></containers><ldevs count="0"></ldevs></cosem>`,
  'container-without-name': `<container ${COR}></container>`,
  'container-of-objects-and-devices': `<container ${COR} id="a"><objects count="0"></objects><ldevs count="0"></ldevs></container>`,
  'text-in-tree': `<cosem ${COR}>text</cosem>`,
  'count-missing': `<objects ${COR}></objects>`,
  'count-not-a-number': `<objects ${COR} count="many"></objects>`,
  'count-too-small': `<methods ${COR} count="1"><method id="1"></method><method id="2"></method></methods>`,
  'count-too-great': `<methods ${COR} count="3"><method id="1"></method><method id="2"></method></methods>`,
  'attribute-surplus': `<methods ${COR} count="0" id="1"></methods>`,
  'list-of-other-elements': `<methods ${COR} count="1"><attribute id="1"></attribute></methods>`,
  'methods-before-attributes': `<object ${COR} class-id="3" id="0100010800ff" version="0"><methods count="0"></methods><attributes count="0"></attributes></object>`,
  'class-too-great': `<object ${COR} class-id="65536" id="0100010800ff" version="0"></object>`,
  'version-negative': `<object ${COR} class-id="3" id="0100010800ff" version="-1"></object>`,
  'logical-name-upper-case': `<object ${COR} class-id="3" id="0100010800FF" version="0"></object>`,
  'logical-name-missing': `<object ${COR} class-id="3" version="0"></object>`,
  'index-zero': `<attribute ${COR} id="0"></attribute>`,
  'index-too-great': `<attribute ${COR} id="128"></attribute>`,
  'two-values': `<attribute ${COR} id="2"><integer ${COD}>1</integer><integer ${COD}>2</integer></attribute>`,
  'value-without-its-namespace': `<attribute ${COR} id="2"><integer>1</integer></attribute>`,
  'attribute-in-attribute': `<attribute ${COR} id="2"><attribute id="3"></attribute></attribute>`,
  'method-with-content': `<method ${COR} id="1"><method id="1"></method></method>`,
};

for (const [name, xml] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => {
    assert.throws(() => read(xml), { code: 'DOCUMENT_INVALID', fault: 'evidence' });
  });
}

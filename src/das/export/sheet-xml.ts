import { escapeText } from '#core/canonical-xml.ts';
import { formatDecimal } from '#core/quantity.ts';
import { Days, type Instant } from '#core/time.ts';
import type { Cell, Heading } from './reading-table.ts';

/*
 * The parts of a workbook with one sheet. @see ECMA-376, Part 1 § 18 (SpreadsheetML)
 *
 *   <row><c t="inlineStr"><is><t>1sie0012345678.sm</t></is></c><c><v>17</v></c><c s="1"><v>46346.0104</v></c><c/></row>
 *
 * A text is written as a text, never as a formula (`<f>`), whatever it begins with.
 */

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** All parts but the sheet itself, by name. */
export const WORKBOOK_PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/></Types>`,
  '_rels/.rels': `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="readings" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
  // 0: as it is, 1: a time, 2: a heading.
  'xl/styles.xml': `${DECLARATION}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
};

export const SHEET_NAME = 'xl/worksheets/sheet1.xml';

/** The heading stays in sight, and columns are as wide as what they show: a time that does not fit is shown as `###`. */
export const sheetStart = (headings: readonly Heading[]): string =>
  `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${headings.map(columnXml).join('')}</cols><sheetData>`;

const columnXml = ({ width }: Heading, index: number): string =>
  `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;

export const SHEET_END = '</sheetData></worksheet>';

export const headingRow = (headings: readonly Heading[]): string =>
  `<row>${headings.map(({ text }) => textCell(text, ' s="2"')).join('')}</row>`;

export const sheetRow = (cells: readonly Cell[]): string => `<row>${cells.map(cellXml).join('')}</row>`;

function cellXml(cell: Cell): string {
  switch (cell.kind) {
    case 'text':
      return textCell(cell.text);
    case 'decimal':
      return numberCell(formatDecimal(cell.value, cell.scaler));
    case 'local-time':
      return `<c s="1"><v>${serialOf(cell.shown)}</v></c>`;
    default:
      return '<c/>';
  }
}

/** A spreadsheet counts in binary64, which holds fifteen decimal digits; what has more is a text. */
const numberCell = (decimal: string): string =>
  decimal.replaceAll(/[-.]/g, '').length <= 15 ? `<c><v>${decimal}</v></c>` : textCell(decimal);

const textCell = (text: string, style = ''): string =>
  `<c t="inlineStr"${style}><is><t xml:space="preserve">${escapeText(printable(text))}</t></is></c>`;

/** @see XML 1.0 § 2.2: most control characters cannot stand in XML at all */
const printable = (text: string): string =>
  Array.from(text, (character) => (character < ' ' && !'\t\n\r'.includes(character) ? '\uFFFD' : character)).join('');

/** Days since 1899-12-30, as spreadsheets count them. */
const serialOf = (shown: Instant): number => shown / Days(1) + 25_569;

import { Zone } from '#core/zone.ts';
import type { AuditAnswer, AuditLine } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { Card, MorePages } from '#das/page/parts/frame.tsx';
import { usePages } from '#das/page/parts/hooks.ts';

const PAGE = 50;
const LOCAL = new Zone(Intl.DateTimeFormat().resolvedOptions().timeZone);

/** Who did what, the newest first. */
export function AuditList() {
  const [say, language] = [useTexts(), useLanguage()];
  const pages = usePages<AuditLine>({ load: loadPage, cursorOf: ({ id }) => id, size: PAGE });
  const columns = ['at', 'user', 'action', 'subject', 'detail', 'address'] as const;
  return (
    <Card title={say('admin.audit')}>
      <table class="list stacked">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {say(`admin.audit.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pages.entries.map((entry) => (
            <tr key={entry.id}>
              {columns.map((column) => (
                <td key={column} data-label={say(`admin.audit.${column}`)}>
                  {column === 'at' ? formatTime(instantOf(entry.at) ?? 0, 'exact', LOCAL, language) : entry[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <MorePages pages={pages} />
    </Card>
  );
}

async function loadPage(before: string | undefined, signal: AbortSignal): Promise<readonly AuditLine[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(before !== undefined && { before }) });
  return (await read<AuditAnswer>(`audit?${query.toString()}`, signal)).entries;
}

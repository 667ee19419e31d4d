import { useEffect, useState } from 'preact/hooks';
import { Zone } from '#core/zone.ts';
import type { AuditAnswer, AuditLine } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { Card, Problem } from '#das/page/parts/frame.tsx';

const PAGE = 50;
const LOCAL = new Zone(Intl.DateTimeFormat().resolvedOptions().timeZone);

/** Who did what, the newest first. */
export function AuditList() {
  const [say, language] = [useTexts(), useLanguage()];
  const [entries, setEntries] = useState<readonly AuditLine[]>([]);
  const [before, setBefore] = useState<string>();
  const [complete, setComplete] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const aborter = new AbortController();
    const query = new URLSearchParams({ limit: String(PAGE), ...(before === undefined ? {} : { before }) });
    read<AuditAnswer>(`audit?${query.toString()}`, aborter.signal).then(
      (answer) => {
        setEntries((known) => [...known, ...answer.entries]);
        setComplete(answer.entries.length < PAGE);
      },
      (reason: unknown) => aborter.signal.aborted || setError(reason),
    );
    return () => aborter.abort();
  }, [before]);
  const columns = ['at', 'user', 'action', 'subject', 'detail', 'address'] as const;
  return (
    <Card title={say('admin.audit')}>
      {error !== undefined && <Problem error={error} />}
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
          {entries.map((entry) => (
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
      {!complete && (
        <button type="button" onClick={() => setBefore(entries.at(-1)?.id)}>
          {say('app.more')}
        </button>
      )}
    </Card>
  );
}

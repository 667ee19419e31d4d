import { useState } from 'preact/hooks';
import type { SessionAnswer } from '#das/api-types.ts';
import { useTexts } from '#das/page/language/language.ts';
import { Choice, Title } from '#das/page/parts/frame.tsx';
import { AuditList } from './audit-list.tsx';
import { MeterAdministration } from './meter-administration.tsx';
import { UserAdministration } from './user-administration.tsx';

const PARTS = ['meters', 'users', 'audit'] as const;

/** Who and what belongs to this DAS. */
export function AdministrationPage({ session }: { readonly session: SessionAnswer }) {
  const say = useTexts();
  const [part, setPart] = useState<(typeof PARTS)[number]>('meters');
  return (
    <>
      <Title text={say('admin.title')} />
      {session.role !== 'administrator' ? (
        <p class="callout failed">{say('admin.forbidden')}</p>
      ) : (
        <>
          <Choice
            legend={say('admin.title')}
            choices={PARTS}
            chosen={part}
            nameOf={(name) => say(`admin.${name}`)}
            onChoose={setPart}
          />
          {part === 'meters' && <MeterAdministration />}
          {part === 'users' && <UserAdministration />}
          {part === 'audit' && <AuditList />}
        </>
      )}
    </>
  );
}

import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { UserAnswer, UserChange } from '#das/api-types.ts';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { takeForm } from '#das/page/parts/form.ts';
import { Card, Field, Problem } from '#das/page/parts/frame.tsx';
import { MetersField, RoleField, rightsIn } from './user-fields.tsx';

interface ChangeUserParts {
  readonly user: UserAnswer;
  readonly onChanged: () => void;
  readonly onCancel: () => void;
}

/** What somebody may do, and a new password for whoever has forgotten theirs. */
export function ChangeUser({ user, onChanged, onCancel }: ChangeUserParts) {
  const say = useTexts();
  const [error, setError] = useState<unknown>();
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const field = takeForm(event);
    const password = field('password');
    const wanted: UserChange = { ...rightsIn(field), ...(password !== '' && { password }) };
    change('PATCH', `users/${encodeURIComponent(user.name)}`, wanted).then(onChanged, setError);
  };
  return (
    <Card title={say('admin.user.change', { name: user.name })}>
      <form onSubmit={submit}>
        <div class="pair">
          <RoleField role={user.role} />
          <MetersField meters={user.meters} />
        </div>
        <Field label={say('account.new')} hint={say('admin.user.password.keep')}>
          {(id) => <input id={id} name="password" type="password" autocomplete="new-password" minLength={12} />}
        </Field>
        {error !== undefined && <Problem error={error} />}
        <p class="actions">
          <button type="submit">{say('admin.save')}</button>
          <button type="button" onClick={onCancel}>
            {say('admin.cancel')}
          </button>
        </p>
      </form>
    </Card>
  );
}

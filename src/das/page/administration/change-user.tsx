import type { UserAnswer, UserChange } from '#das/api-types.ts';
import { useTexts } from '#das/page/language/language.ts';
import type { Fields } from '#das/page/parts/form.ts';
import { Field } from '#das/page/parts/frame.tsx';
import { ChangeForm } from './change-form.tsx';
import type { Ends } from './editing.tsx';
import { MetersField, RoleField, rightsIn } from './user-fields.tsx';

/** What somebody may do, and a new password for whoever has forgotten theirs. */
export function ChangeUser({ user, ...ends }: Ends & { readonly user: UserAnswer }) {
  const say = useTexts();
  const title = say('admin.user.change', { name: user.name });
  return (
    <ChangeForm title={title} path={`users/${encodeURIComponent(user.name)}`} wanted={changeIn} {...ends}>
      <div class="pair">
        <RoleField role={user.role} />
        <MetersField meters={user.meters} />
      </div>
      <Field label={say('account.new')} hint={say('admin.user.password.keep')}>
        {(id) => <input id={id} name="password" type="password" autocomplete="new-password" minLength={12} />}
      </Field>
    </ChangeForm>
  );
}

function changeIn(field: Fields): UserChange {
  const password = field('password');
  return { ...rightsIn(field), ...(password !== '' && { password }) };
}

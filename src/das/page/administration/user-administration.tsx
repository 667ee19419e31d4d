import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { NewUser, UserAnswer, UsersAnswer } from '#das/api-types.ts';
import { change, read } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { takeForm } from '#das/page/parts/form.ts';
import { Await, Card, Field, Problem } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';
import { ChangeUser } from './change-user.tsx';
import { ActionsHead, LineActions, useEditing } from './editing.tsx';
import { MetersField, RoleField, rightsIn } from './user-fields.tsx';

/** Who may see and do what. */
export function UserAdministration() {
  const say = useTexts();
  const [loaded, reload] = useLoaded((signal) => read<UsersAnswer>('users', signal), []);
  return (
    <>
      <AddUser onAdded={reload} />
      <Card title={say('admin.users')}>
        <Await loaded={loaded} retry={reload}>
          {({ users }) => <UserTable users={users} onChange={reload} />}
        </Await>
      </Card>
    </>
  );
}

function AddUser({ onAdded }: { readonly onAdded: () => void }) {
  const say = useTexts();
  const [error, setError] = useState<unknown>();
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const form = event.currentTarget;
    change('POST', 'users', userOf(takeForm(event))).then(() => {
      form.reset();
      setError(undefined);
      onAdded();
    }, setError);
  };
  return (
    <Card title={say('admin.user.add')}>
      <form onSubmit={submit}>
        <div class="pair">
          <Field label={say('admin.user.name')}>
            {(id) => <input id={id} name="name" autocomplete="off" required />}
          </Field>
          <RoleField />
        </div>
        <div class="pair">
          <Field label={say('login.password')} hint={say('login.length')}>
            {(id) => (
              <input id={id} name="password" type="password" autocomplete="new-password" minLength={12} required />
            )}
          </Field>
          <MetersField />
        </div>
        {error !== undefined && <Problem error={error} />}
        <button type="submit">{say('admin.user.add')}</button>
      </form>
    </Card>
  );
}

const userOf = (field: (name: string) => string): NewUser => ({
  name: field('name'),
  password: field('password'),
  ...rightsIn(field),
});

interface TableParts {
  readonly users: readonly UserAnswer[];
  readonly onChange: () => void;
}

function UserTable({ users, onChange }: TableParts) {
  const say = useTexts();
  const { changing, begin, ends, remove, error } = useEditing<UserAnswer>(onChange);
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      {changing !== undefined && <ChangeUser key={changing.name} user={changing} {...ends} />}
      <table class="list stacked">
        <thead>
          <tr>
            <th scope="col">{say('admin.user.name')}</th>
            <th scope="col">{say('admin.user.role')}</th>
            <th scope="col">{say('admin.user.meters')}</th>
            <th scope="col">{say('admin.user.login')}</th>
            <ActionsHead />
          </tr>
        </thead>
        <tbody>
          {users.map((user) => {
            const { name, role, meters, hasPassword, certificates } = user;
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td data-label={say('admin.user.role')}>{say(`role.${role}`)}</td>
                <td data-label={say('admin.user.meters')}>
                  {meters === 'all' ? say('admin.user.meters.all') : meters.join(', ')}
                </td>
                <td data-label={say('admin.user.login')}>
                  {[
                    ...(hasPassword ? [say('admin.user.byPassword')] : []),
                    ...(certificates.length > 0 ? [say('admin.user.byCertificate')] : []),
                  ].join(', ')}
                </td>
                <LineActions
                  name={name}
                  changeKey="admin.user.change"
                  onChange={() => begin(user)}
                  onRemove={() => remove(`users/${encodeURIComponent(name)}`, say('admin.user.remove.sure', { name }))}
                />
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

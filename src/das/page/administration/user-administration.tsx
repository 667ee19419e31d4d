import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { NewUser, UserAnswer, UsersAnswer } from '#das/api-types.ts';
import { change, read } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { takeForm } from '#das/page/parts/form.ts';
import { Await, Card, Field, Problem } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';
import { ChangeUser } from './change-user.tsx';
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
  const [error, setError] = useState<unknown>();
  const [changing, setChanging] = useState<UserAnswer>();
  const remove = (name: string): void => {
    if (!confirm(say('admin.user.remove.sure', { name }))) return;
    change('DELETE', `users/${encodeURIComponent(name)}`).then(onChange, setError);
  };
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      {changing !== undefined && (
        <ChangeUser
          key={changing.name}
          user={changing}
          onChanged={() => {
            setChanging(undefined);
            onChange();
          }}
          onCancel={() => setChanging(undefined)}
        />
      )}
      <table class="list stacked">
        <thead>
          <tr>
            <th scope="col">{say('admin.user.name')}</th>
            <th scope="col">{say('admin.user.role')}</th>
            <th scope="col">{say('admin.user.meters')}</th>
            <th scope="col">{say('admin.user.login')}</th>
            <th scope="col">
              <span class="unseen">{say('admin.meter.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.name}>
              <th scope="row">{user.name}</th>
              <td data-label={say('admin.user.role')}>{say(`role.${user.role}`)}</td>
              <td data-label={say('admin.user.meters')}>
                {user.meters === 'all' ? say('admin.user.meters.all') : user.meters.join(', ')}
              </td>
              <td data-label={say('admin.user.login')}>
                {[
                  ...(user.hasPassword ? [say('admin.user.byPassword')] : []),
                  ...(user.certificates.length > 0 ? [say('admin.user.byCertificate')] : []),
                ].join(', ')}
              </td>
              <td>
                <div class="actions">
                  <button
                    type="button"
                    aria-label={say('admin.user.change', { name: user.name })}
                    onClick={() => setChanging(user)}
                  >
                    {say('admin.change')}
                  </button>
                  <button
                    type="button"
                    aria-label={`${say('admin.meter.remove')}: ${user.name}`}
                    onClick={() => remove(user.name)}
                  >
                    {say('admin.meter.remove')}
                  </button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

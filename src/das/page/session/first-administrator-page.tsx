import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { FirstAdministrator } from '#das/api-types.ts';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { takeForm } from '#das/page/parts/form.ts';
import { Field, Problem, Title } from '#das/page/parts/frame.tsx';

interface Parts {
  /** Of the link that stands on the console of the DAS. */
  readonly token: string;
  readonly onCameIn: () => void;
}

const SHORTEST_PASSWORD = 12;

export function FirstAdministratorPage({ token, onCameIn }: Parts) {
  const say = useTexts();
  const [error, setError] = useState<unknown>();
  const [differ, setDiffer] = useState(false);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const field = takeForm(event);
    const first: FirstAdministrator = { token, user: field('user'), password: field('password') };
    setDiffer(first.password !== field('again'));
    if (first.password !== field('again')) return;
    change('POST', 'first-administrator', first).then(() => {
      // Not to be gone back to: it is worth nothing any more, and stays in no history.
      location.replace('#/');
      onCameIn();
    }, setError);
  };
  return (
    <div class="narrow">
      <Title text={say('login.first.title')} />
      <p>{say('login.first.intro')}</p>
      <form class="card" onSubmit={submit}>
        <Field label={say('login.user')}>
          {(id) => <input id={id} name="user" autocomplete="username" required />}
        </Field>
        <Field label={say('login.password')} hint={say('login.length')}>
          {(id) => (
            <input
              id={id}
              name="password"
              type="password"
              autocomplete="new-password"
              minLength={SHORTEST_PASSWORD}
              required
            />
          )}
        </Field>
        <Field label={say('login.again')}>
          {(id) => <input id={id} name="again" type="password" autocomplete="new-password" required />}
        </Field>
        {differ && (
          <p class="callout failed" role="alert">
            {say('login.differ')}
          </p>
        )}
        {error !== undefined && <Problem error={error} />}
        <button type="submit" class="main">
          {say('login.first.submit')}
        </button>
      </form>
    </div>
  );
}

import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { LogIn } from '#das/api-types.ts';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { takeForm } from '#das/page/parts/form.ts';
import { Field, Problem, Title } from '#das/page/parts/frame.tsx';

export function LogInPage({ onCameIn }: { readonly onCameIn: () => void }) {
  const say = useTexts();
  const [error, setError] = useState<unknown>();
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const field = takeForm(event);
    const logIn: LogIn = { user: field('user'), password: field('password') };
    change('POST', 'session', logIn).then(onCameIn, setError);
  };
  return (
    <div class="narrow">
      <Title text={say('login.title')} />
      <form class="card" onSubmit={submit}>
        <Field label={say('login.user')}>
          {(id) => <input id={id} name="user" autocomplete="username" required />}
        </Field>
        <Field label={say('login.password')}>
          {(id) => <input id={id} name="password" type="password" autocomplete="current-password" required />}
        </Field>
        {error !== undefined && <Problem error={error} />}
        <button type="submit" class="main">
          {say('login.submit')}
        </button>
      </form>
    </div>
  );
}

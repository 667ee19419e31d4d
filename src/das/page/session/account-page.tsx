import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { PasswordChange, SessionAnswer } from '#das/api-types.ts';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { takeForm } from '#das/page/parts/form.ts';
import { Field, Problem, Title } from '#das/page/parts/frame.tsx';

type Outcome = { readonly state: 'asked' | 'done' | 'differ' } | { readonly state: 'failed'; readonly error: unknown };

/** One's own password. */
export function AccountPage({ session }: { readonly session: SessionAnswer }) {
  const say = useTexts();
  const [outcome, setOutcome] = useState<Outcome>({ state: 'asked' });
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const form = event.currentTarget;
    const field = takeForm(event);
    const wanted: PasswordChange = { former: field('former'), password: field('password') };
    if (wanted.password !== field('again')) {
      setOutcome({ state: 'differ' });
      return;
    }
    change('PUT', 'session/password', wanted).then(
      () => {
        form.reset();
        setOutcome({ state: 'done' });
      },
      (error: unknown) => setOutcome({ state: 'failed', error }),
    );
  };
  return (
    <div class="narrow">
      <Title text={say('account.title')}>
        <p class="quiet">{say('app.user', { user: session.user, role: say(`role.${session.role}`) })}</p>
      </Title>
      <form class="card" onSubmit={submit}>
        {/* Tells a keeper of passwords whose it is. */}
        <input name="user" autocomplete="username" value={session.user} readOnly hidden />
        <Field label={say('account.former')}>
          {(id) => <input id={id} name="former" type="password" autocomplete="current-password" required />}
        </Field>
        <Field label={say('account.new')} hint={say('login.length')}>
          {(id) => (
            <input id={id} name="password" type="password" autocomplete="new-password" minLength={12} required />
          )}
        </Field>
        <Field label={say('login.again')}>
          {(id) => <input id={id} name="again" type="password" autocomplete="new-password" required />}
        </Field>
        {outcome.state === 'differ' && (
          <p class="callout failed" role="alert">
            {say('login.differ')}
          </p>
        )}
        {outcome.state === 'failed' && <Problem error={outcome.error} />}
        {outcome.state === 'done' && (
          <p class="callout passed" role="status">
            {say('account.done')}
          </p>
        )}
        <button type="submit" class="main">
          {say('account.submit')}
        </button>
      </form>
    </div>
  );
}

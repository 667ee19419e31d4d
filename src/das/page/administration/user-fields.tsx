import type { MeterScope, Role, UserAnswer } from '#das/api-types.ts';
import { useTexts } from '#das/page/language/language.ts';
import { Field } from '#das/page/parts/frame.tsx';

const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator'];

/** @param role the one that is chosen at first */
export function RoleField({ role: chosen = 'viewer' }: { readonly role?: Role }) {
  const say = useTexts();
  return (
    <Field label={say('admin.user.role')}>
      {(id) => (
        <select id={id} name="role">
          {ROLES.map((role) => (
            <option key={role} value={role} selected={role === chosen}>
              {say(`role.${role}`)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function MetersField({ meters = 'all' }: { readonly meters?: MeterScope }) {
  const say = useTexts();
  return (
    <Field label={say('admin.user.meters')} hint={say('admin.user.meters.some')}>
      {(id) => (
        <input id={id} name="meters" autocomplete="off" defaultValue={meters === 'all' ? '' : meters.join(' ')} />
      )}
    </Field>
  );
}

/** What the two fields say. */
export function rightsIn(field: (name: string) => string): Pick<UserAnswer, 'role' | 'meters'> {
  const ids = field('meters').split(/\s+/).filter(Boolean);
  return {
    role: ROLES.find((role) => role === field('role')) ?? 'viewer',
    meters: ids.length === 0 ? 'all' : ids,
  };
}

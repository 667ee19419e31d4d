import type { TargetedSubmitEvent } from 'preact';

/** Reads a form's text fields by their names, and keeps the browser from leaving the page. */
export function takeForm(event: TargetedSubmitEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault();
  const fields = new FormData(event.currentTarget);
  return (name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
}

import type { TargetedSubmitEvent } from 'preact';

/** The text of a field, by its name. */
export type Fields = (name: string) => string;

/** Reads a form's text fields, and keeps the browser from leaving the page. */
export function takeForm(event: TargetedSubmitEvent<HTMLFormElement>): Fields {
  event.preventDefault();
  const fields = new FormData(event.currentTarget);
  return (name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
}
